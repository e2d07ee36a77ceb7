package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.plan.CommitDetails;
import org.jspecify.annotations.Nullable;

/** What a message comes to. */
sealed interface Push {

  /**
   * Something new is there.
   *
   * @param artifact where the version is found, when the message says so
   * @param by who pushed, as the sender says
   * @param commitDetails of the newest commit, where the message has them
   */
  record Wanted(
      String version,
      @Nullable String artifact,
      @Nullable String commit,
      String by,
      @Nullable CommitDetails commitDetails)
      implements Push {}

  /** Nothing is to be done, and why. */
  record Ignored(String reason) implements Push {}
}
