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

  private final Suite suite;
  private final Claims claims;
  private final Traffic traffic;
  private final Path manifest;

  Releases(Suite suite, Claims claims, Traffic traffic, Path manifest) {
    this.suite = suite;
    this.claims = claims;
    this.traffic = traffic;
    this.manifest = manifest;
  }

  boolean firstRelease() throws InterruptedException {
    return claims.settle(
        "first-release",
        "version 1 is deployed to staging and serves",
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
    boolean deployed =
        claims.settle(
            "migrating-release",
            "version 2 migrates the database and replaces version 1, instance by instance",
            () -> deployed("2"));
    if (!deployed) {
      return;
    }
    claims.settle(
        "backed-up-first",
        "the database was backed up for this deployment before it was migrated",
        this::backupOfNewestDeployment);
    claims.settle(
        "no-request-lost-by-rollout",
        "the rollout lost no request",
        () -> withoutLoss(traffic.tally().since(before)));
  }

  void badRelease() throws InterruptedException {
    Tally before = traffic.tally();
    claims.settle(
        "bad-release-rolled-back",
        "version 3 fails under load: it is detected and rolled back without anybody's help",
        () -> {
          String id = suite.deploy("deployer", STAGING, "3", List.of());
          Json end = suite.awaitState(id, "rolled-back", PATIENCE);
          expectServed("2");
          return "%s; version 2 serves again".formatted(end.text("reason"));
        });
    claims.settle(
        "no-request-lost-by-rollback",
        "the rollback lost no request; the error answers were version 3's own",
        () -> {
          Tally during = traffic.tally().since(before);
          expectOnlyErrorsOf("3", during);
          return withoutLoss(during)
              + ", %d errors answered by version 3".formatted(during.errors());
        });
    claims.settle(
        "database-intact",
        "every order that was confirmed is in the database",
        () -> {
          Set<String> confirmed = new HashSet<>(traffic.acknowledgedOrders());
          Set<String> missing = new HashSet<>(confirmed);
          missing.removeAll(suite.storedOrders(STAGING));
          if (!missing.isEmpty() || confirmed.isEmpty()) {
            throw new NotObserved(
                "%d of %d confirmed orders are missing"
                    .formatted(missing.size(), confirmed.size()));
          }
          return "%d confirmed orders, none missing".formatted(confirmed.size());
        });
  }

  void nothingLost() throws InterruptedException {
    claims.settle(
        "no-request-lost",
        "no request of the whole story was lost",
        () -> withoutLoss(traffic.tally()));
  }

  private String deployed(String version) throws Exception {
    return ended(suite.deploy("deployer", STAGING, version, List.of()), version);
  }

  private String ended(String id, String version) throws Exception {
    Json end = suite.awaitState(id, "succeeded", PATIENCE);
    expectServed(version);
    return "%d steps, version %s serves".formatted(end.at("steps").elements().size(), version);
  }

  private String backupOfNewestDeployment() throws Exception {
    Json deployment =
        suite
            .as("viewer", Service.DEPLOYER)
            .get("/deployments?application=orders&environment=staging&limit=1")
            .elements()
            .getFirst();
    String id = deployment.text("deployment");
    Json backup =
        suite.as("viewer", Service.BACKUP).get("/backups?database=" + DATABASE).elements().stream()
            .filter(candidate -> candidate.text("deployment").equals(id))
            .findFirst()
            .orElseThrow(() -> new NotObserved("there is no backup of deployment " + id));
    expectBackupBeforeMigration(deployment);
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

  private static void expectOnlyErrorsOf(String version, Tally tally) throws NotObserved {
    for (var entry : tally.refused().entrySet()) {
      if (entry.getValue() > 0 && !entry.getKey().equals(version)) {
        throw new NotObserved(
            "version %s answered %d errors".formatted(entry.getKey(), entry.getValue()));
      }
    }
  }

  private static String withoutLoss(Tally tally) throws NotObserved {
    if (tally.lost() > 0 || tally.sent() == 0) {
      throw new NotObserved(tally.summary());
    }
    return tally.summary();
  }
}
