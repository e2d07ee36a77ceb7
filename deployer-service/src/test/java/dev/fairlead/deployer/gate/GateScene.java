package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that passes every gate, until something of it is made worse. It changes a schema
 * incompatibly while requests are held, and rests on a decision, so that every check has something
 * to look at.
 */
final class GateScene {

  static final DecisionId ACCEPTED = new DecisionId("ADR-0001");
  static final String TEAM = "crew";

  private final Place place;
  private final List<String> lines = new ArrayList<>();
  private ArtifactDigest digest;
  private @Nullable String commit = "0123456";
  private boolean skipTests;
  private boolean rollback;
  private boolean removal;
  private List<RouterKind> formerRouters = List.of();
  private boolean compatible;
  private DecisionId decision = ACCEPTED;
  private DeploymentId former = Samples.FORMER;

  /**
   * @param digest of an archive that is there
   */
  GateScene(Place place, ArtifactDigest digest) {
    this.place = place;
    this.digest = digest;
  }

  /** A line of the manifest, which takes the place of the usual one with its key. */
  GateScene manifest(String line) {
    lines.add(line);
    return this;
  }

  GateScene artifact(String digit) {
    digest = new ArtifactDigest("sha256:" + digit.repeat(64));
    return this;
  }

  GateScene withoutCommit() {
    commit = null;
    return this;
  }

  GateScene skippingTests() {
    skipTests = true;
    return this;
  }

  GateScene goingBack() {
    rollback = true;
    return this;
  }

  /** Takes away what serves, instead of bringing anything. */
  GateScene removing(RouterKind... formers) {
    removal = true;
    formerRouters = List.of(formers);
    return this;
  }

  GateScene compatible() {
    compatible = true;
    return this;
  }

  GateScene restingOn(String id) {
    decision = new DecisionId(id);
    return this;
  }

  /** What it replaces. */
  GateScene replacing(DeploymentId release) {
    former = release;
    return this;
  }

  Place place() {
    return place;
  }

  Candidate candidate() {
    return removal ? removalOf(spec()) : deploymentOf(spec());
  }

  private Candidate removalOf(EnvironmentSpec spec) {
    Request sample = Samples.request();
    Plan.Previous serving = new Plan.Previous(Samples.FORMER, sample.version(), 1);
    return new Candidate(
        Request.toRemove(
            DeploymentId.random(),
            place,
            sample.version(),
            null,
            sample.requestedBy(),
            sample.requestedAt()),
        Plan.toRemove(
            spec,
            sample.version(),
            digest,
            serving,
            Stream.concat(Stream.of(spec.route().kind()), formerRouters.stream()).toList()));
  }

  private Candidate deploymentOf(EnvironmentSpec spec) {
    Request sample = Samples.request();
    Request request =
        new Request(
            DeploymentId.random(),
            place,
            sample.version(),
            null,
            commit,
            List.of(),
            skipTests,
            null,
            sample.requestedBy(),
            null,
            rollback ? Samples.FORMER : null,
            sample.requestedAt(),
            null);
    DatabaseId database = spec.databases().getFirst().id();
    return new Candidate(
        request,
        Plan.of(
            request,
            spec,
            "app.zip",
            digest,
            commit,
            new Plan.Previous(former, sample.version(), 1),
            List.of(decision),
            List.of(new PlannedMigration(database, "V2__more.sql", compatible, "ab".repeat(32))),
            Path.of("/srv")));
  }

  private EnvironmentSpec spec() {
    String yaml =
        Stream.concat(
                usual().filter(usual -> lines.stream().noneMatch(line -> sameKey(line, usual))),
                lines.stream().filter(line -> !line.endsWith(": absent")))
            .reduce(
                "application: %s\n".formatted(place.application()),
                (all, line) -> all + line + "\n");
    return Manifest.read(yaml, Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  private static Stream<String> usual() {
    return Stream.of(
        "team: " + TEAM,
        "artifact: {archive: app.zip}",
        "command: [sh]",
        "route: {host: gates.localhost}",
        "environment: {LEVEL: debug}",
        "tests: {command: ['true']}",
        "verification: {window: 2s}",
        "gates: {on-call: must, incidents: must}",
        "databases: {main: {name: gates, username: gates, migrations: migrations}}",
        "environments: {staging: {}}");
  }

  private static boolean sameKey(String one, String other) {
    return one.substring(0, one.indexOf(':')).equals(other.substring(0, other.indexOf(':')));
  }
}
