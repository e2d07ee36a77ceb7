package dev.fairlead.health.probe;

import dev.fairlead.events.TargetId;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whose turn it is. Each target has its own moment within its interval, told by its id: from the
 * first interval on the probes are spread, and after a restart each keeps its moment.
 */
public final class Rota implements AutoCloseable {

  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Rota::named);
  private final ExecutorService turns =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("turn-", 0).factory());
  private final Map<TargetId, Turn> places = new ConcurrentHashMap<>();

  public Rota(Clock clock) {
    this.clock = clock;
    timer.setRemoveOnCancelPolicy(true);
  }

  /** From now on {@code turn} runs every {@code every}; it replaces an earlier one of this id. */
  public void put(TargetId id, Duration every, Runnable turn) {
    Turn place = new Turn(every.toNanos(), turn);
    Turn earlier = places.put(id, place);
    if (earlier != null) {
      earlier.end();
    }
    place.schedule(untilFirst(id, every, clock.millis()).toNanos());
  }

  public void remove(TargetId id) {
    Turn place = places.remove(id);
    if (place != null) {
      place.end();
    }
  }

  /** Until the target's moment comes round: the same moment of every interval since the epoch. */
  static Duration untilFirst(TargetId id, Duration every, long nowMillis) {
    long interval = every.toMillis();
    long moment = Math.floorMod(scattered(id.value().hashCode()), interval);
    return Duration.ofMillis(Math.floorMod(moment - nowMillis, interval));
  }

  /** The finisher of MurmurHash3, as similar ids have similar hash codes. */
  private static long scattered(int hash) {
    int h = hash;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    h ^= h >>> 16;
    return Integer.toUnsignedLong(h);
  }

  private static Thread named(Runnable work) {
    return Thread.ofPlatform().daemon().name("rota").unstarted(work);
  }

  /** No turn begins after this; those under way are interrupted. */
  @Override
  public void close() {
    timer.shutdownNow();
    turns.shutdownNow();
  }

  /** A target's place in the rota: one turn at a time, and none made up for. */
  private final class Turn {
    private final long interval;
    private final Runnable turn;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile boolean ended;
    private long due;

    Turn(long interval, Runnable turn) {
      this.interval = interval;
      this.turn = turn;
    }

    void schedule(long delay) {
      due = System.nanoTime() + delay;
      timer.schedule(this::begin, delay, TimeUnit.NANOSECONDS);
    }

    private void begin() {
      if (ended) {
        return;
      }
      if (underWay.compareAndSet(false, true)) {
        turns.execute(this::take);
      }
      long late = Math.max(0, System.nanoTime() - due);
      due += (late / interval + 1) * interval;
      timer.schedule(this::begin, due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void take() {
      try {
        turn.run();
      } finally {
        underWay.set(false);
      }
    }

    void end() {
      ended = true;
    }
  }
}
