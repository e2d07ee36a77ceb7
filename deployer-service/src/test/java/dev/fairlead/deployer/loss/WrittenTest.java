package dev.fairlead.deployer.loss;

import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.DeploymentEvent.TableWrites;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What was written since a backup")
class WrittenTest {

  private static final Instant LATER = NOON.plusSeconds(90);

  @Test
  @DisplayName("is the difference of two counts, those with the most first")
  void difference() {
    WriteCounts before = counts(NOON, table("public.items", 5, 0, 0), table("public.log", 9, 0, 0));
    WriteCounts now = counts(LATER, table("public.items", 6, 1, 0), table("public.log", 99, 0, 0));

    Written written = Written.of(Map.of(Moment.BACKUP, before), now).orElseThrow();

    assertThat(written.rows()).isEqualTo(92);
    assertThat(written.since()).isEqualTo(NOON);
    assertThat(written.until()).isEqualTo(LATER);
    assertThat(written.tables())
        .containsExactly(
            new TableWrites("public.log", 90, 0, 0), new TableWrites("public.items", 1, 1, 0));
  }

  @Test
  @DisplayName("leaves out what the migrations themselves wrote")
  void migrations() {
    Map<Moment, WriteCounts> marks =
        Map.of(
            Moment.BACKUP, counts(NOON, table("public.items", 100, 0, 0)),
            Moment.MIGRATING, counts(NOON.plusSeconds(10), table("public.items", 103, 0, 0)),
            Moment.MIGRATED, counts(NOON.plusSeconds(60), table("public.items", 103, 9_000, 0)));

    Written written =
        Written.of(marks, counts(LATER, table("public.items", 107, 9_001, 1))).orElseThrow();

    assertThat(written.tables()).containsExactly(new TableWrites("public.items", 7, 1, 1));
  }

  @Test
  @DisplayName("ends with the migrations that failed half way: nobody was served since")
  void halfWay() {
    Map<Moment, WriteCounts> marks =
        Map.of(
            Moment.BACKUP, counts(NOON, table("public.items", 100, 0, 0)),
            Moment.MIGRATING, counts(NOON.plusSeconds(10), table("public.items", 103, 0, 0)));

    Written written =
        Written.of(marks, counts(LATER, table("public.items", 103, 9_000, 0))).orElseThrow();

    assertThat(written.rows()).isEqualTo(3);
  }

  @Test
  @DisplayName("is not known once the server has begun to count anew")
  void reset() {
    WriteCounts before = counts(NOON, table("public.items", 100, 0, 0));
    WriteCounts crashed = counts(LATER, table("public.items", 3, 0, 0));
    WriteCounts toldSo = new WriteCounts(LATER, NOON.plusSeconds(5), crashed.tables());

    assertThat(Written.of(Map.of(Moment.BACKUP, before), crashed)).isEmpty();
    assertThat(Written.of(Map.of(Moment.BACKUP, before), toldSo)).isEmpty();
  }

  private static TableWrites table(String name, long inserted, long updated, long deleted) {
    return new TableWrites(name, inserted, updated, deleted);
  }

  private static WriteCounts counts(Instant at, TableWrites... tables) {
    @Nullable Instant never = null;
    Map<Long, TableWrites> byId = new java.util.HashMap<>();
    for (TableWrites table : tables) {
      byId.put((long) table.table().hashCode(), table);
    }
    return new WriteCounts(at, never, byId);
  }
}
