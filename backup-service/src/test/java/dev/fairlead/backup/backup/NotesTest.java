package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The manifest of a backup tells")
class NotesTest {

  @TempDir Path folder;
  private Workshop workshop;
  private SourceDatabase source;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    source = SourceDatabase.create("noted").withOrders(1);
  }

  @Test
  @DisplayName("which subscriptions the dump leaves out because its role is no superuser")
  void subscriptions() {
    String subscription = "feed_of_" + source.name();
    asSuperuser(
        "create subscription %s connection 'host=nowhere password=secret' publication p with (connect = false, slot_name = none)"
            .formatted(subscription));
    try {
      assertThat(workshop.backUp(source.access()).notes())
          .anySatisfy(
              note ->
                  assertThat(note)
                      .contains("subscriptions are left out", subscription, "CREATE SUBSCRIPTION"))
          .anySatisfy(note -> assertThat(note).startsWith("pg_dump: warning: subscriptions not"))
          .noneMatch(note -> note.contains("secret"));
      assertThat(
              workshop
                  .backUp(source.access(Shared.postgres().user(), Shared.postgres().password()))
                  .notes())
          .as("a superuser dumps them")
          .isNull();
    } finally {
      asSuperuser("drop subscription " + subscription);
    }
  }

  private void asSuperuser(String statement) {
    try (Connection connection = Shared.postgres().connect(source.name());
        var running = connection.createStatement()) {
      running.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  @Test
  @DisplayName("what pg_dump remarked, at no more than some length")
  void remarks() throws IOException {
    Path programs =
        FakePrograms.pgDump(
            folder,
            """
            echo 'pg_dump: warning: a wise word' >&2
            head -c 2000 /dev/zero | tr '\\0' x >&2; echo >&2
            seq 1 100 >&2
            exec "$REAL" "$@"
            """);

    List<String> notes =
        Objects.requireNonNull(workshop.withPrograms(programs).backUp(source.access()).notes());

    assertThat(notes).hasSize(20).allMatch(note -> note.length() < 310);
    assertThat(notes.getFirst()).isEqualTo("pg_dump: warning: a wise word");
  }

  @Test
  @DisplayName("nothing where there is nothing to tell, as in older ones")
  void nothing() {
    Manifest manifest = workshop.backUp(source.access());

    assertThat(manifest.notes()).isNull();
  }
}
