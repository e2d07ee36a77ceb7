package dev.fairlead.deployer.release;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One release, immutable. The deployment that made it is its identity; secrets in it are
 * references.
 *
 * @param artifact the path or reference it came from; for people
 * @param builtFrom the digest of the context, of an image that was built on the way; absent in
 *     records of earlier versions of Fairlead
 * @param backups taken before it, one for each database that has a policy
 * @param commitDetails as the request told them; absent also in records of earlier versions
 * @param approvals of its plan, in their order; absent where none was needed, and in records of
 *     earlier versions
 */
public record Release(
    DeploymentId id,
    EnvironmentSpec spec,
    Version version,
    String artifact,
    ArtifactDigest digest,
    @Nullable String commit,
    Actor requestedBy,
    List<PlannedMigration> migrations,
    List<BackupId> backups,
    Instant recordedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactDigest builtFrom,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CommitDetails commitDetails,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Approval> approvals) {

  /** The release a deployment would make: the same as the recorded one, save for its evidence. */
  public static Release of(
      DeploymentId deployment,
      Plan plan,
      Actor requestedBy,
      @Nullable CommitDetails commitDetails,
      List<BackupId> backups,
      Instant now) {
    return new Release(
        deployment,
        plan.spec(),
        plan.version(),
        plan.artifact(),
        plan.digest(),
        plan.commit(),
        requestedBy,
        plan.migrations(),
        backups,
        now,
        null,
        commitDetails,
        null);
  }

  /** The same with those who approved it. */
  public Release approved(List<Approval> given) {
    return new Release(
        id,
        spec,
        version,
        artifact,
        digest,
        commit,
        requestedBy,
        migrations,
        backups,
        recordedAt,
        builtFrom,
        commitDetails,
        given.isEmpty() ? null : List.copyOf(given));
  }

  /** The same with the image that was built from what its digest was so far. */
  public Release with(ArtifactDigest image) {
    return new Release(
        id,
        spec,
        version,
        artifact,
        image,
        commit,
        requestedBy,
        migrations,
        backups,
        recordedAt,
        digest,
        commitDetails,
        approvals);
  }

  public Place place() {
    return spec.place();
  }

  public int replicas() {
    return spec.replicas();
  }

  /** Its instance with this number, from 1: always the same name, so that it is started once. */
  public InstanceId instance(int number) {
    String hex = id.toString().replace("-", "");
    return new InstanceId(
        "%.40s-%.40s-%s-%d"
            .formatted(
                place().application(),
                place().environment(),
                hex.substring(hex.length() - 12),
                number));
  }

  /** The host that an instance of it is on: they are dealt out in the order of their numbers. */
  public HostName hostOf(InstanceId instance) {
    String id = instance.value();
    int number = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    return spec.hosts().get((number - 1) % spec.hosts().size());
  }

  public List<InstanceId> instances(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(this::instance).toList();
  }

  public List<InstanceId> instances() {
    return instances(1, replicas());
  }
}
