package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.BreakingStore;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("A look at a copy")
@InSecondLane
class InspectionTest {

  private static DiskStore disk;
  private static Manifest made;
  private static BackupKeys keys;
  private static String archive;

  private final TurnedClock clock = new TurnedClock();
  private final Inspection inspection =
      new Inspection(
          new Pace(1L << 40),
          Duration.ofDays(7),
          new PackReadings(JdbcClient.create(new DriverManagerDataSource("nobody:asks"))),
          new BrokenReads(clock),
          clock);

  @BeforeAll
  static void backUp(@TempDir Path folder) {
    Neighbours.require("postgres", "pg_dump");
    disk = new DiskStore("disk", folder.resolve("store"));
    made =
        new Workshop(disk)
            .backUp(SourceDatabase.createInSecondLane("looked").withOrders(20).access());
    keys = new BackupKeys(made.database(), made.backup());
    archive = keys.archive(made.archive().name());
  }

  @Test
  @DisplayName("takes a store that refuses to open it for no sign of damage, however often")
  void refused() {
    for (Exception refusal :
        new Exception[] {new AccessDeniedException(archive), new IllegalStateException("403")}) {
      Store store = refusing(refusal);
      for (int round = 0; round < 3; round++) {
        assertThatThrownBy(() -> inspection.damages(store, made))
            .isInstanceOf(BackupFailure.class)
            .hasMessageContaining("refused");
        clock.turnBy(Duration.ofMinutes(10));
      }
    }
  }

  @Test
  @DisplayName("takes a medium that fails to open it again for damage")
  void failing() {
    Store store = refusing(new IOException("Input/output error"));
    assertThatThrownBy(() -> inspection.damages(store, made)).isInstanceOf(BackupFailure.class);
    clock.turnBy(Duration.ofMinutes(10));

    assertThat(inspection.damages(store, made))
        .singleElement()
        .satisfies(damage -> assertThat(damage.defect()).contains("Input/output error"));
  }

  @Test
  @DisplayName("says nothing of a manifest whose archive could not be read yet")
  void manifestAlone() {
    BreakingStore store =
        new BreakingStore(
            new DelegatingStore(disk) {
              @Override
              public Optional<InputStream> open(String key) {
                return key.equals(keys.manifest()) ? Optional.empty() : super.open(key);
              }
            });
    store.breakOff(archive, 10);

    assertThatThrownBy(() -> inspection.damages(store, made)).isInstanceOf(BackupFailure.class);

    store.mend();
    assertThat(inspection.damages(store, made))
        .singleElement()
        .satisfies(damage -> assertThat(damage.archive()).isNull());
  }

  private static Store refusing(Exception refusal) {
    return new DelegatingStore(disk) {
      @Override
      public Optional<InputStream> open(String key) {
        if (key.equals(archive)) {
          throw new BackupFailure(
              BackupFailureReason.STORE_UNREACHABLE, "refused", "see the rights", refusal);
        }
        return super.open(key);
      }
    };
  }
}
