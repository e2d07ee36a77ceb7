package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.TurnedClock;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An object whose reading breaks off")
class BrokenReadsTest {

  private static final long MEGABYTE = 1024 * 1024;

  @TempDir Path folder;

  private final TurnedClock clock = new TurnedClock();
  private final BrokenReads reads = new BrokenReads(clock);

  @Test
  @DisplayName("will never be read when it does so at the same place, minutes later")
  void lasting() {
    Store store = new DiskStore("disk", folder);

    assertThat(reads.isLasting(store, "a/b", 9 * MEGABYTE)).as("once").isFalse();
    assertThat(reads.isLasting(store, "a/b", 9 * MEGABYTE)).as("in the same outage").isFalse();
    clock.turnBy(Duration.ofMinutes(6));
    assertThat(reads.isLasting(store, "a/c", 9 * MEGABYTE)).as("another object").isFalse();
    assertThat(reads.isLasting(store, "a/b", 9 * MEGABYTE + 4096)).isTrue();
    assertThat(reads.isLasting(store, "a/b", 9 * MEGABYTE)).as("and again").isTrue();

    assertThat(reads.isLasting(store, "a/b", 3 * MEGABYTE)).as("elsewhere").isFalse();
    clock.turnBy(Duration.ofMinutes(6));
    reads.forget(store, "a/b");
    assertThat(reads.isLasting(store, "a/b", 3 * MEGABYTE)).as("it was read since").isFalse();
  }

  @Test
  @DisplayName("says nothing where its store does not take and return another one")
  void answers() throws Exception {
    Store store = new DiskStore("disk", folder.resolve("store"));

    assertThat(reads.answers(store)).isTrue();
    assertThat(reads.answers(returning(store, null))).isFalse();
    assertThat(reads.answers(returning(store, new byte[3]))).isFalse();
    assertThat(reads.answers(new DiskStore("disk", Files.createFile(folder.resolve("file")))))
        .isFalse();
    assertThat(store.list("")).isEmpty();
  }

  private static Store returning(Store real, byte @Nullable [] content) {
    return new DelegatingStore(real) {
      @Override
      public Optional<InputStream> open(String key) {
        return Optional.ofNullable(content).map(ByteArrayInputStream::new);
      }
    };
  }
}
