package dev.fairlead.cli.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the demo tells, chapter by chapter, while traffic runs. */
final class Story {

  /** Requests begun in each second, all through the story. */
  static final int REQUESTS_PER_SECOND = 30;

  private final Suite suite;
  private final Claims claims;
  private final Path manifest;

  Story(Suite suite, Claims claims, Path manifest) {
    this.suite = suite;
    this.claims = claims;
    this.manifest = manifest;
  }

  void tell() throws InterruptedException {
    Traffic inStaging = new Traffic(suite.edge(), Suite.host("staging"));
    Approval approval = new Approval(suite, claims);
    try (inStaging) {
      Releases releases = new Releases(suite, claims, inStaging, manifest);
      if (!releases.firstRelease()) {
        return;
      }
      releases.secondRelease();
      sideBySide(
          List.of(releases::badRelease, new Gate(suite, claims)),
          List.of(approval, new Incident(suite, claims)));
    }
    nothingLost(inStaging.tally(), approval.traffic());
  }

  /** Both have been waited for to the last request. */
  private void nothingLost(Tally inStaging, Tally inProduction) throws InterruptedException {
    claims.settle(
        Promise.NO_REQUEST_LOST,
        () ->
            "staging: %s; production: %s"
                .formatted(
                    new NoLoss(20 * REQUESTS_PER_SECOND, Set.of("3")).in(inStaging),
                    new NoLoss(2 * REQUESTS_PER_SECOND, Set.of()).in(inProduction)));
  }

  /** Staging and production are places of their own: neither waits for the other. */
  private static void sideBySide(List<Chapter> inStaging, List<Chapter> inProduction)
      throws InterruptedException {
    try (ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<@Nullable Void>> told =
          lanes.invokeAll(List.of(() -> tell(inStaging), () -> tell(inProduction)));
      for (Future<Void> lane : told) {
        lane.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the story broke off: " + e.getCause(), e);
    }
  }

  private static @Nullable Void tell(List<Chapter> chapters) throws InterruptedException {
    for (Chapter chapter : chapters) {
      chapter.tell();
    }
    return null;
  }
}
