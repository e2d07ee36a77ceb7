package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.events.ApplicationName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A manifest as somebody applied it.
 *
 * @param directory absolute; where relative paths in the manifest begin
 */
public record AppliedManifest(
    ApplicationName application, String yaml, Path directory, Instant appliedAt) {

  /**
   * For one place. Both are of the same moment: a manifest that lifts the approval without the mark
   * of who did would let that person deploy alone.
   *
   * @param lifted who lifted the approval there, as long as nobody else agreed to that
   * @param guarded whether deployments there needed approval when a manifest last named it
   * @param gone whether the place was removed, and no manifest with it was applied since
   */
  public record At(
      AppliedManifest manifest, Optional<Lifted> lifted, boolean guarded, boolean gone) {}
}
