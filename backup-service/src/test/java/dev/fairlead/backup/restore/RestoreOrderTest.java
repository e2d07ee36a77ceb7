package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A name that is made of a long one")
class RestoreOrderTest {

  private static final String BEFORE = "_before_20260131_120000";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"orders", "заказы", "注文", "🛒"})
  @DisplayName("has the bytes that a server takes, and no half letter")
  void cut(String letters) {
    String name = RestoreOrder.named(letters.repeat(20), BEFORE);

    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(60, 63);
    assertThat(name).endsWith(BEFORE);
    assertThat(letters.repeat(20)).startsWith(name.substring(0, name.length() - BEFORE.length()));
    assertThat(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(name);
    assertThat(RestoreOrder.named(letters, BEFORE)).isEqualTo(letters + BEFORE);
  }

  @Test
  @DisplayName("is the one under which the database is kept")
  void kept() {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("cyrillic").withOrders(20);
    String name = "заказы" + "ы".repeat(24);
    source.asSuperuser("alter database %s rename to \"%s\"".formatted(source.name(), name));
    DatabaseAccess access =
        source.access(Shared.postgres().user(), Shared.postgres().password()).toDatabase(name);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(access);
    String keptAs = RestoreOrder.named(name, BEFORE);

    Restored restored = workshop.restore(manifest, access, null, keptAs);

    assertThat(restored.keptAs()).isEqualTo(keptAs);
    assertThat(
            source.query(
                "postgres",
                "select datname from pg_database where datname like 'заказы%' order by 1"))
        .containsExactlyInAnyOrder(name, keptAs);
    assertThat(source.query(name, "select count(*)::text from items")).containsExactly("20");
  }
}
