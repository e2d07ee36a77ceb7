package dev.fairlead.deployer;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.HostValues;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An application of the tests, its requests and its plans. */
public final class Samples {

  public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  public static final Actor ALICE = new Actor("alice");
  public static final Actor BOB = new Actor("bob");
  public static final DatabaseId DATABASE = new DatabaseId("orders/staging/main");
  public static final DeploymentId DEPLOYMENT =
      DeploymentId.of("01910000-0000-7000-8000-000000000002");
  public static final DeploymentId FORMER = DeploymentId.of("01910000-0000-7000-8000-000000000001");

  /** No variable is set, and a manifest may name what it likes. */
  public static final HostValues HOST =
      new HostValues(Map.of(), List.of("*"), List.of(), List.of());

  private Samples() {}

  /**
   * @param extra further lines, at the top level
   */
  public static EnvironmentSpec spec(String... extra) {
    return specWithBackup("{}", extra);
  }

  /**
   * @param backup what the database says of its backups
   */
  public static EnvironmentSpec specWithBackup(String backup, String... extra) {
    String yaml =
        """
        application: orders
        artifact: {archive: "orders-{version}.zip"}
        command: [java, -jar, orders.jar]
        route: {host: orders.localhost}
        databases: {main: {name: orders, username: orders, migrations: migrations, backup: BACKUP}}
        environments: {staging: {}}
        """
            + usualVerification(extra)
            + String.join("\n", extra);
    return Manifest.read(yaml.replace("BACKUP", backup), Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  private static String usualVerification(String... extra) {
    return Stream.of(extra).anyMatch(line -> line.startsWith("verification:"))
        ? ""
        : "verification: {checks: [{path: /health}]}\n";
  }

  public static Request request() {
    return requestOf(ALICE, null);
  }

  /**
   * @param claimed who an unauthenticated requester says to be
   */
  public static Request requestOf(Actor requester, @Nullable Actor claimed) {
    return new Request(
        DEPLOYMENT,
        Place.of("orders", "staging"),
        new Version("2"),
        null,
        null,
        List.of(),
        false,
        null,
        requester,
        claimed,
        null,
        NOON,
        null);
  }

  /** To go back to the former release. */
  public static Request rollbackTo(String version, Instant requestedAt) {
    return new Request(
        DeploymentId.random(),
        Place.of("orders", "staging"),
        new Version(version),
        null,
        null,
        List.of(),
        true,
        null,
        BOB,
        null,
        FORMER,
        requestedAt,
        null);
  }

  public static Plan plan(EnvironmentSpec spec, @Nullable Integer before, boolean compatible) {
    return Plan.of(
        request(),
        spec,
        "orders-2.zip",
        new ArtifactDigest("sha256:" + "a".repeat(64)),
        null,
        before == null ? null : new Plan.Previous(FORMER, new Version("1"), before),
        List.of(),
        List.of(new PlannedMigration(DATABASE, "V2__add_note.sql", compatible, "ab".repeat(32))),
        Path.of("/srv/orders"));
  }
}
