package dev.fairlead.cli.demo;

import java.nio.file.Path;
import java.util.List;

/** What the demo tells, chapter by chapter, while traffic runs. */
final class Story {

  /** Requests begun in each second, all through the story. */
  private static final int REQUESTS_PER_SECOND = 30;

  private final Suite suite;
  private final Claims claims;
  private final Path manifest;

  Story(Suite suite, Claims claims, Path manifest) {
    this.suite = suite;
    this.claims = claims;
    this.manifest = manifest;
  }

  void tell() throws InterruptedException {
    try (Traffic traffic = new Traffic(suite.edge(), Suite.host("staging"))) {
      Releases releases = new Releases(suite, claims, traffic, manifest);
      if (!releases.firstRelease()) {
        return;
      }
      traffic.start(REQUESTS_PER_SECOND);
      releases.secondRelease();
      releases.badRelease();
      for (Chapter chapter :
          List.of(
              new Approval(suite, claims), new Incident(suite, claims), new Gate(suite, claims))) {
        chapter.tell();
      }
      releases.nothingLost();
    }
  }
}
