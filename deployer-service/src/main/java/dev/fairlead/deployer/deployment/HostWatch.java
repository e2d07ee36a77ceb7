package dev.fairlead.deployer.deployment;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the hosts of a release answer all the while it is measured. An engine that is being
 * restarted ends the containers that it runs, and takes seconds for it: nobody who looks four times
 * a second misses it.
 */
final class HostWatch implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Supplier<Optional<String>> look;
  private final Thread thread;
  private volatile @Nullable String silence;

  /**
   * @param look why one of them does not answer just now; empty while all do
   */
  HostWatch(Supplier<Optional<String>> look) {
    this.look = look;
    this.thread = Thread.ofVirtual().name("host-watch").start(this::watch);
  }

  private void watch() {
    try {
      while (seen().isEmpty()) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> seen() {
    Optional<String> now = look.get();
    now.ifPresent(why -> silence = why);
    return now;
  }

  /** Why one of them did not answer, now or before; empty if all did. */
  Optional<String> silence() {
    return Optional.ofNullable(silence).or(this::seen);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
