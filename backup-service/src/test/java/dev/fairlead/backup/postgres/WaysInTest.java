package dev.fairlead.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A database is reached")
class WaysInTest {

  private static final String SERVICE_FILE = "org.postgresql.pgservicefile";

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(SERVICE_FILE);
  }

  @Test
  @DisplayName("by the name of a service, whose file knows host, port and password")
  void service() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("service").withOrders(30);
    Path file = folder.resolve("pg_service.conf");
    Files.writeString(
        file,
        """
        [orders]
        host=127.0.0.1
        port=%d
        password=%s
        """
            .formatted(source.access().port(), SourceDatabase.password()));
    System.setProperty(SERVICE_FILE, file.toString());
    DatabaseAccess access =
        new DatabaseAccess("service:orders", 5432, source.name(), source.role(), null);

    var manifest = new Workshop(new DiskStore("disk", folder.resolve("store"))).backUp(access);

    assertThat(manifest.rows()).isEqualTo(60);
    assertThat(access.address()).doesNotContain(SourceDatabase.password());
  }
}
