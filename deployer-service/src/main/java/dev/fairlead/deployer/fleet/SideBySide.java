package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.StaleFence;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several deeds at once, of which none is left alone. */
final class SideBySide {

  private SideBySide() {}

  /**
   * Returns, or throws, when none of them is at work any more: nobody acts on after a step has
   * ended. What failed in one keeps no other from coming to its end.
   */
  static void all(List<Callable<Void>> deeds) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      throwFirst(threads.invokeAll(deeds));
    }
  }

  /** That somebody else has taken over goes before all else that may be wrong. */
  private static void throwFirst(List<Future<Void>> ended) throws InterruptedException {
    List<Throwable> failures =
        ended.stream()
            .filter(future -> future.state() == Future.State.FAILED)
            .map(Future::exceptionNow)
            .sorted(Comparator.comparing(failure -> !(failure instanceof StaleFence)))
            .toList();
    if (!failures.isEmpty()) {
      Throwable first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      switch (first) {
        case RuntimeException failure -> throw failure;
        case InterruptedException interruption -> throw interruption;
        default -> throw new IllegalStateException(first);
      }
    }
  }
}
