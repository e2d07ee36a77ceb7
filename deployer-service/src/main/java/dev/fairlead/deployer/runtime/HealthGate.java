package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.http.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Waits until instances are healthy and stay so, each on a virtual thread of its own. */
public final class HealthGate {

  /** One success may be luck, for example of a server that is just about to fall over. */
  private static final int SUCCESSES_IN_A_ROW = 2;

  private final Function<InstanceId, Optional<Instance>> observer;
  private final Http http = new Http();

  /**
   * @param observer looks at an instance, wherever it runs
   */
  public HealthGate(Function<InstanceId, Optional<Instance>> observer) {
    this.observer = observer;
  }

  /**
   * Returns when every instance has been found healthy or not, in the order given. An instance that
   * exits is unhealthy at once.
   */
  public List<Health> await(Collection<InstanceId> instances, HealthCheck check)
      throws InterruptedException {
    List<Future<Health>> waits = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (InstanceId instance : instances) {
        waits.add(threads.submit(() -> new Wait(instance, check).run()));
      }
      return results(waits);
    }
  }

  private static List<Health> results(List<Future<Health>> waits) throws InterruptedException {
    List<Health> results = new ArrayList<>();
    try {
      for (Future<Health> wait : waits) {
        results.add(wait.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      waits.forEach(wait -> wait.cancel(true));
    }
  }

  /** The wait for one instance. */
  private final class Wait {

    private final InstanceId instance;
    private final HealthCheck check;
    private final long start = System.nanoTime();
    private int successes;
    private long healthySince;
    private Optional<Integer> restartsAtFirst = Optional.empty();
    private String lastSeen = "it was not asked yet";

    Wait(InstanceId instance, HealthCheck check) {
      this.instance = instance;
      this.check = check;
    }

    Health run() throws InterruptedException {
      while (true) {
        long attempt = System.nanoTime();
        Optional<Health> end = attempt();
        if (end.isPresent()) {
          return end.get();
        }
        long next = attempt + check.interval().toNanos();
        Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      }
    }

    private Optional<Health> attempt() throws InterruptedException {
      Optional<Instance> observed = observer.apply(instance);
      if (observed.isEmpty()) {
        return Optional.of(new Health.Unhealthy(instance, "it does not exist (any more)"));
      }
      if (observed.get().state() instanceof Instance.State.Exited exited) {
        return Optional.of(new Health.Unhealthy(instance, "it ended: " + exited.how()));
      }
      int restarts = observed.get().restarts();
      if (restarts > restartsAtFirst.orElse(restarts)) {
        return Optional.of(new Health.Unhealthy(instance, "it ended and was started again"));
      }
      restartsAtFirst = Optional.of(restarts);
      note(isWell(observed.get()));
      if (successes >= SUCCESSES_IN_A_ROW && elapsed(healthySince) >= stayHealthyNanos()) {
        return Optional.of(new Health.Healthy(instance, Duration.ofNanos(elapsed(start))));
      }
      if (elapsed(start) >= check.deadline().toNanos()) {
        return Optional.of(
            new Health.Unhealthy(
                instance,
                "not healthy within %d s: %s".formatted(check.deadline().toSeconds(), lastSeen)));
      }
      return Optional.empty();
    }

    private void note(boolean success) {
      if (!success) {
        successes = 0;
        return;
      }
      successes++;
      if (successes == SUCCESSES_IN_A_ROW) {
        healthySince = System.nanoTime();
      }
    }

    private boolean isWell(Instance observed) throws InterruptedException {
      boolean answered = ask(observed.address());
      observed.ailment().ifPresent(complaint -> lastSeen = complaint);
      return answered && observed.ailment().isEmpty();
    }

    private boolean ask(Optional<Address> address) throws InterruptedException {
      if (address.isEmpty()) {
        lastSeen = "it has no address yet";
        return false;
      }
      URI uri = address.get().http(check.path());
      try {
        Http.Answer answer = http.exchange(HttpRequest.newBuilder(uri).build(), check.timeout());
        lastSeen = "GET %s answered %d".formatted(uri, answer.status());
        return answer.successful();
      } catch (IOException e) {
        lastSeen = "GET %s failed: %s".formatted(uri, e.getMessage());
        return false;
      }
    }

    private long stayHealthyNanos() {
      return check.stayHealthy().toNanos();
    }
  }

  private static long elapsed(long since) {
    return System.nanoTime() - since;
  }
}
