package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of many tables that cannot be read in full")
@InSecondLane
class RightsCheckTest {

  private static final String TABLES =
      """
      do $$ begin
        for n in 101..125 loop
          execute format('create table hidden_%s (id int)', n);
          execute format('create table filtered_%s (id int)', n);
          execute format('alter table filtered_%s enable row level security', n);
          execute format('grant select on filtered_%s to public', n);
        end loop;
      end $$
      """;

  @Test
  @DisplayName("the first are named and the others counted")
  void many() {
    Neighbours.require("postgres");
    SourceDatabase source = SourceDatabase.createInSecondLane("manyhidden");
    SourceDatabase stranger = SourceDatabase.createInSecondLane("manyhiddenreader");
    source.sql(TABLES);
    DatabaseAccess access = source.access(stranger.role(), SourceDatabase.password());

    try (Snapshot snapshot = Snapshot.take(access, "rights", Duration.ofMinutes(1))) {
      BackupFailure failure = catchThrowableOfType(BackupFailure.class, snapshot::requireRights);
      assertThat(failure.detail())
          .contains(
              "may not read public.hidden_101, public.hidden_102,",
              "public.hidden_120 and 5 more; row-level security",
              "public.filtered_120 and 5 more");
    }
  }
}
