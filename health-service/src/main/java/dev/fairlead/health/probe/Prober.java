package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.health.probe.Finding.Down;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks targets, each on its own virtual thread and within its deadline. However many hang, the
 * others are not delayed; and a failure is only reported where the prober could see.
 */
public final class Prober implements AutoCloseable {

  private final Probe http = new HttpProbe();
  private final Probe tcp = new TcpProbe();
  private final Probe postgreSql;
  private final Sight sight;
  private final Clock clock;
  private final int mostInFlight;
  private final Semaphore free;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());

  /**
   * @param mostInFlight probes under way at once; each holds a socket
   */
  public Prober(Passwords passwords, Sight sight, Clock clock, int mostInFlight) {
    this.postgreSql = new PostgreSqlProbe(passwords);
    this.sight = sight;
    this.clock = clock;
    this.mostInFlight = mostInFlight;
    this.free = new Semaphore(mostInFlight);
  }

  /** Blocks until the target answered or its deadline passed. */
  public ProbeResult probe(HealthTarget target) throws InterruptedException {
    long began = System.nanoTime();
    Finding finding = finding(target);
    Duration latency = Duration.ofNanos(System.nanoTime() - began);
    if (finding instanceof Down down) {
      finding =
          sight
              .impairment(down, target.address(), began)
              .<Finding>map(fault -> new Finding.Unclear(fault + "; seen: " + down.reason()))
              .orElse(down);
    }
    return new ProbeResult(clock.instant(), latency, finding);
  }

  private Finding finding(HealthTarget target) throws InterruptedException {
    if (!free.tryAcquire()) {
      return new Finding.Unclear("this prober has %d probes under way".formatted(mostInFlight));
    }
    FutureTask<Finding> answer = new FutureTask<>(() -> asked(target));
    threads.execute(
        () -> {
          try {
            answer.run();
          } finally {
            free.release();
          }
        });
    try {
      return answer.get(target.timeoutMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      answer.cancel(true);
      return Finding.silent(
          "%s: no answer within %d ms".formatted(target.address(), target.timeoutMillis()));
    } catch (ExecutionException e) {
      return new Finding.Unclear("the probe itself failed: " + e.getCause());
    }
  }

  private Finding asked(HealthTarget target) throws InterruptedException {
    return switch (target.probe()) {
      case HTTP -> http.ask(target);
      case TCP -> tcp.ask(target);
      case POSTGRESQL -> postgreSql.ask(target);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
