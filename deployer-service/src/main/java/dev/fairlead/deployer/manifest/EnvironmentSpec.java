package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.rollout.Strategy;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Limits;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything the manifest says for one environment, overrides applied. Secrets are references, so
 * it may be stored, hashed and shown; a release keeps the one it was deployed with.
 *
 * @param hosts whose engines the instances are dealt out to; at least one
 * @param port where a container listens; absent for processes, which are told theirs
 * @param variables of the application; a value {@code secret:…} is a {@link SecretReference}
 * @param deadline of the whole deployment, waiting for approval aside
 * @param limits of each container; absent in records of earlier versions of Fairlead, which are
 *     written again without it so that a plan that waits for approval keeps its hash
 */
public record EnvironmentSpec(
    Place place,
    @Nullable String team,
    RuntimeKind runtime,
    List<HostName> hosts,
    ArtifactSource artifact,
    List<String> command,
    @Nullable Integer port,
    int replicas,
    Health health,
    Strategy strategy,
    Duration drain,
    Duration deadline,
    Duration bake,
    Route route,
    Map<String, String> variables,
    List<Database> databases,
    @Nullable Tests tests,
    Verification verification,
    List<Probe> probes,
    Map<String, String> alertLabels,
    List<DecisionId> decisions,
    int retainedReleases,
    ApprovalPolicy approval,
    GatePolicy gates,
    List<Hook> hooks,
    @Nullable Webhook webhook,
    QueueOrder queue,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Limits limits) {

  /** Records of earlier versions of Fairlead lack what came later. */
  public EnvironmentSpec {
    hosts = Objects.requireNonNullElse(hosts, List.of(HostName.LOCAL));
    gates = Objects.requireNonNullElse(gates, GatePolicy.DEFAULT);
    hooks = Objects.requireNonNullElse(hooks, List.of());
    queue = Objects.requireNonNullElse(queue, QueueOrder.IN_ORDER);
  }

  /** What each container may use; a process is not limited. */
  public Limits instanceLimits() {
    return Objects.requireNonNullElse(limits, Limits.DEFAULT);
  }

  /** The same, but deployments need approval in spite of the manifest. */
  public EnvironmentSpec approvedInSpiteOf(ApprovalPolicy.Lifted lifted) {
    return with(place, approval.inSpiteOf(lifted), gates);
  }

  /** The same, but what is done there needs approval, whoever asks for it. */
  public EnvironmentSpec approvedAlways() {
    return with(place, approval.ofAll(), gates);
  }

  /** The same, but what may be done there, and when, is as another one says. */
  public EnvironmentSpec guardedAs(EnvironmentSpec other) {
    return with(place, other.approval, other.gates);
  }

  /** The same, for another place: of one that a manifest names no longer nothing else is known. */
  public EnvironmentSpec at(Place other) {
    return with(other, approval, gates);
  }

  private EnvironmentSpec with(Place where, ApprovalPolicy whoAgrees, GatePolicy moment) {
    return new EnvironmentSpec(
        where,
        team,
        runtime,
        hosts,
        artifact,
        command,
        port,
        replicas,
        health,
        strategy,
        drain,
        deadline,
        bake,
        route,
        variables,
        databases,
        tests,
        verification,
        probes,
        alertLabels,
        decisions,
        retainedReleases,
        whoAgrees,
        moment,
        hooks,
        webhook,
        queue,
        limits);
  }

  /** Whether a person is asked when a measurement cannot tell whether a release is good. */
  public boolean holdsOnDoubt() {
    return Objects.requireNonNullElse(verification.holdOnDoubt(), approval.required());
  }

  /**
   * When an instance counts as healthy.
   *
   * @param stayHealthy so long without a failed probe
   * @param within or it has failed
   */
  public record Health(
      String path, Duration interval, Duration timeout, Duration stayHealthy, Duration within) {}

  /**
   * @param router absent in what was stored before there was a choice: the edge proxy
   */
  public record Route(String host, String path, @Nullable RouterKind router) {

    public RouterKind kind() {
      return router == null ? RouterKind.EDGE : router;
    }
  }

  /**
   * @param key its name in the manifest
   * @param name of the database on its server
   * @param migrations folder in the artifact; absent when Fairlead does not migrate it
   */
  public record Database(
      String key,
      DatabaseId id,
      String host,
      int port,
      String name,
      String username,
      @Nullable SecretReference password,
      @Nullable String migrations,
      Backup backup) {

    public String jdbcUrl() {
      return "jdbc:postgresql://%s:%d/%s".formatted(host, port, name);
    }
  }

  /**
   * @param proof what a deployment waits for before it migrates
   * @param files absolute paths that are archived with it
   * @param drill how often a backup is restored to prove it; the backup service's default if absent
   * @param warm whether the latest drilled backup is kept restored; the backup service's default if
   *     absent
   * @param minimumRows a backup with fewer in all tables together is refused; any will do if absent
   */
  public record Backup(
      boolean beforeDeploy,
      @Nullable String schedule,
      @Nullable Integer keepDays,
      ProofLevel proof,
      @Nullable DrillPolicy drill,
      List<String> files,
      @Nullable Boolean warm,
      @Nullable Integer minimumRows) {

    public Backup {
      files = List.copyOf(Objects.requireNonNullElse(files, List.of()));
      // plans of earlier versions do not have it
      proof = Objects.requireNonNullElse(proof, ProofLevel.COMPLETED);
    }
  }

  public record Tests(List<String> command, Duration timeout) {}

  /**
   * @param at for http a path below the route or a URL, for tcp host:port, for postgresql the key
   *     of a database
   * @param failures so many within {@code within} make it degraded
   */
  public record Probe(
      String key,
      ProbeKind kind,
      String at,
      Duration every,
      Duration timeout,
      @Nullable Integer status,
      @Nullable String body,
      @Nullable String query,
      Severity severity,
      int failures,
      Duration within,
      int recoverAfter) {

    /** Whether it is asked for at the router, as a client would. */
    boolean belowRoute() {
      return kind == ProbeKind.HTTP && at.startsWith("/");
    }
  }
}
