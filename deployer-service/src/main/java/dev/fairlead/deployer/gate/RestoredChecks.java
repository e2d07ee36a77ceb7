package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.release.Releases;
import java.util.List;

/**
 * Whether a deployment before this one has left a database that only its own release knows. A
 * rollback by hand is no way out of that: it would bring old code to it.
 */
final class RestoredChecks implements Check {

  static final String NAME = "restored";

  private final Releases releases;

  RestoredChecks(Releases releases) {
    this.releases = releases;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    return List.of(
        releases
            .unrestored(candidate.plan().place())
            .map(
                left ->
                    Finding.failed(
                        Gate.DATABASE,
                        Grade.MUST,
                        NAME,
                        "deployment %s could not be undone and has left a database that only its release knows"
                            .formatted(left),
                        "undo it first: fairlead deployments undo %s; or deploy a version that knows this schema with --waive %s, and without a way back"
                            .formatted(left, NAME)))
            .orElseGet(
                () ->
                    Finding.passed(
                        Gate.DATABASE, Grade.MUST, NAME, "no database waits to be restored")));
  }
}
