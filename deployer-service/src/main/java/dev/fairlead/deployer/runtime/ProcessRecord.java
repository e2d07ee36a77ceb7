package dev.fairlead.deployer.runtime;

import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of an instance on disk. It is written before the process is started, without a
 * process, and again after. Values of the environment are not in it.
 *
 * @param process the last one started
 * @param exitCode of the last process, if it ended while its deployer was watching
 * @param stopping whether it was told to end
 */
record ProcessRecord(
    InstanceId id,
    Place place,
    DeploymentId deployment,
    Version version,
    ArtifactDigest digest,
    int port,
    Instant requestedAt,
    int restarts,
    Optional<ProcessIdentity> process,
    Optional<Integer> exitCode,
    boolean stopping) {

  static ProcessRecord of(InstanceSpec spec, int port, Instant now) {
    return new ProcessRecord(
        spec.id(),
        spec.place(),
        spec.deployment(),
        spec.version(),
        spec.program().digest(),
        port,
        now,
        0,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  ProcessRecord again(int newPort, Instant now) {
    return with(newPort, now, restarts + 1, Optional.empty(), Optional.empty(), false);
  }

  ProcessRecord startedAs(ProcessIdentity identity) {
    return with(port, requestedAt, restarts, Optional.of(identity), Optional.empty(), stopping);
  }

  ProcessRecord exited(int code) {
    return with(port, requestedAt, restarts, process, Optional.of(code), stopping);
  }

  ProcessRecord toldToEnd() {
    return with(port, requestedAt, restarts, process, exitCode, true);
  }

  boolean describes(InstanceSpec spec) {
    return place.equals(spec.place())
        && deployment.equals(spec.deployment())
        && version.equals(spec.version())
        && digest.equals(spec.program().digest());
  }

  Address address() {
    return new Address("127.0.0.1", port);
  }

  private ProcessRecord with(
      int newPort,
      Instant newRequestedAt,
      int newRestarts,
      Optional<ProcessIdentity> newProcess,
      Optional<Integer> newExitCode,
      boolean newStopping) {
    return new ProcessRecord(
        id,
        place,
        deployment,
        version,
        digest,
        newPort,
        newRequestedAt,
        newRestarts,
        newProcess,
        newExitCode,
        newStopping);
  }
}
