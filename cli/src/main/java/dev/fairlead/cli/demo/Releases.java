package dev.fairlead.cli.demo;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Three releases in staging: a first one, a good one with a migration, and a bad one. */
final class Releases {

  private static final String STAGING = "staging";
  private static final String DATABASE = "orders/staging/main";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What the example's manifest says of staging. */
  private static final CanaryShare CANARY = new CanaryShare(25);

  private final Suite suite;
  private final Claims claims;
  private final Traffic traffic;
  private final Path manifest;
  private String second = "";

  Releases(Suite suite, Claims claims, Traffic traffic, Path manifest) {
    this.suite = suite;
    this.claims = claims;
    this.traffic = traffic;
    this.manifest = manifest;
  }

  boolean firstRelease() throws InterruptedException {
    return claims.settle(
        Promise.FIRST_RELEASE,
        () -> {
          suite.createDatabase(STAGING);
          suite.createDatabase("production");
          suite.apply(manifest);
          String id = suite.deploy("deployer", STAGING, "1", List.of());
          suite.awaitServed(STAGING, "1", PATIENCE);
          // A release is judged by its traffic, the first one too.
          traffic.start(Story.REQUESTS_PER_SECOND);
          return ended(id, "1");
        });
  }

  void secondRelease() throws InterruptedException {
    Tally before = traffic.tally();
    claims.settle(Promise.CANARY_COMPARED, this::canaryCompared);
    if (second.isEmpty() || !claims.settle(Promise.MIGRATING_RELEASE, () -> ended(second, "2"))) {
      return;
    }
    claims.settle(Promise.BACKED_UP_FIRST, this::backedUpFirst);
    claims.settle(
        Promise.NO_REQUEST_LOST_BY_ROLLOUT,
        () ->
            new NoLoss(5 * Story.REQUESTS_PER_SECOND, Set.of())
                .in(traffic.settled().since(before)));
  }

  void badRelease() throws InterruptedException {
    Tally before = traffic.tally();
    claims.settle(
        Promise.BAD_RELEASE_ROLLED_BACK,
        () -> {
          String id = suite.deploy("deployer", STAGING, "3", List.of());
          Json end = suite.awaitState(id, "rolled-back", PATIENCE);
          expectServed("2");
          return "%s; version 2 serves again".formatted(end.text("reason"));
        });
    claims.settle(
        Promise.NO_REQUEST_LOST_BY_ROLLBACK,
        () ->
            new NoLoss(3 * Story.REQUESTS_PER_SECOND, Set.of("3"))
                .in(traffic.settled().since(before)));
    claims.settle(Promise.DATABASE_INTACT, this::confirmedOrdersAreThere);
  }

  private String confirmedOrdersAreThere() throws Exception {
    Set<String> confirmed = traffic.acknowledgedOrders();
    Set<String> missing = new HashSet<>(confirmed);
    missing.removeAll(suite.storedOrders(STAGING));
    if (!missing.isEmpty() || confirmed.isEmpty()) {
      throw new NotObserved(
          "%d of %d confirmed orders are missing".formatted(missing.size(), confirmed.size()));
    }
    return "%d confirmed orders, none missing".formatted(confirmed.size());
  }

  private String canaryCompared() throws Exception {
    second = suite.deploy("deployer", STAGING, "2", List.of());
    suite.await(
        "the comparison of both",
        PATIENCE,
        () -> suite.deployment(second),
        now -> compares(now) || now.find("endedAt").isPresent());
    Tally before = traffic.tally();
    suite.await(
        "the end of the comparison",
        PATIENCE,
        () -> suite.deployment(second),
        now -> !compares(now));
    return CANARY.in(traffic.tally().since(before), "1", "2");
  }

  /** While it does, the weights stand. */
  private static boolean compares(Json deployment) {
    return deployment.text("step").startsWith("watch");
  }

  private String ended(String id, String version) throws Exception {
    Json end = suite.awaitState(id, "succeeded", PATIENCE);
    expectServed(version);
    return "%d steps, version %s serves".formatted(end.at("steps").elements().size(), version);
  }

  private String backedUpFirst() throws Exception {
    Json backup =
        suite.as("viewer", Service.BACKUP).get("/backups?database=" + DATABASE).elements().stream()
            .filter(candidate -> candidate.text("deployment").equals(second))
            .findFirst()
            .orElseThrow(() -> new NotObserved("there is no backup of deployment " + second));
    expectBackupBeforeMigration(suite.deployment(second));
    if (!Set.of("completed", "verified").contains(backup.text("state"))) {
      throw new NotObserved("the backup is " + backup.text("state"));
    }
    return "backup %s is %s".formatted(backup.text("backup"), backup.text("state"));
  }

  private static void expectBackupBeforeMigration(Json deployment) throws NotObserved {
    List<String> names =
        deployment.at("steps").elements().stream().map(step -> step.text("name")).toList();
    int backup = indexOf(names, "back-up");
    int migration = indexOf(names, "migrat");
    if (backup < 0 || migration < 0 || backup > migration) {
      throw new NotObserved("the steps were " + names);
    }
  }

  private static int indexOf(List<String> names, String part) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).contains(part)) {
        return i;
      }
    }
    return -1;
  }

  private void expectServed(String version) throws Exception {
    String served = suite.servedVersion(STAGING);
    if (!served.equals(version)) {
      throw new NotObserved("version %s serves, not %s".formatted(served, version));
    }
  }
}
