package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Who may connect to a database")
class GrantsTest {

  private static final String RIGHTS =
      "select coalesce(datacl::text, 'those of every new one') from pg_database where datname = '%s'";

  @TempDir Path folder;
  private SourceDatabase source;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.create("granted").withOrders(20);
  }

  @Test
  @DisplayName("may afterwards, where nobody was named")
  void everybody() {
    assertThat(rightsAfterwards(source.access())).isEqualTo("those of every new one");
  }

  @Test
  @DisplayName("may not afterwards, where all rights were taken away")
  void nobody() {
    revoke("public");
    revoke(source.role());

    assertThat(rightsAfterwards(superuser())).isEqualTo("{}");
  }

  @Test
  @DisplayName("may not afterwards where the owner may not either, though the owner restores")
  void ownerKeepsWhatIsLeft() {
    source.asSuperuser(
        "revoke temporary on database %s from public, %s".formatted(source.name(), source.role()));
    source.asSuperuser("revoke connect on database %s from public".formatted(source.name()));

    assertThat(rightsAfterwards(source.access()))
        .isEqualTo("{%1$s=Cc/%1$s}".formatted(source.role()));
  }

  private void revoke(String role) {
    source.asSuperuser("revoke all on database %s from %s".formatted(source.name(), role));
  }

  private DatabaseAccess superuser() {
    return source.access(Shared.postgres().user(), Shared.postgres().password());
  }

  private String rightsAfterwards(DatabaseAccess access) {
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(access);
    workshop.restore(manifest, access, source.name() + "_copy", "unused");
    assertThat(source.query(source.name() + "_copy", "select count(*)::text from items"))
        .containsExactly("20");
    return source.query("postgres", RIGHTS.formatted(source.name() + "_copy")).getFirst();
  }
}
