package dev.fairlead.deployer.journey;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The deployments whose steps are interrupted: together they have every kind of step there is. */
enum KillStory {
  FIRST_BACK("{rolling: {batch: 1}}", true, "rolled-back"),
  CANARY("{canary: {steps: [{weight: 50%, bake: 1s}]}}", true, "succeeded"),
  STANDSTILL("{recreate: {}}", false, "succeeded"),
  CANARY_BACK("{canary: {steps: [{weight: 50%, bake: 1s}]}}", true, "rolled-back"),
  STANDSTILL_BACK("{recreate: {}}", false, "rolled-back");

  static final String BASE = "base";

  /** A migration that is in the middle of its work waits for this lock. */
  static final int LOCK = 7;

  /**
   * Waits as long as its first argument is a snare; the last hook of a version that is to go back
   * fails.
   */
  static final String SCRIPT =
      """
      while [ -e "$1" ]; do : > "$1.caught"; sleep 0.05; done
      case "$2 $FAIRLEAD_VERSION" in "last "*-back) exit 1;; esac
      """;

  @SuppressWarnings("InlineFormatString") // the method that fills it in is easier to read without
  private static final String LEAN =
      """
      application: %1$s
      replicas: 2
      health: {interval: 50ms, stay-healthy: 100ms, within: 5m}
      route: {host: %1$s.localhost}
      drain: 2s
      environments: {staging: {}}
      databases:
        main:
          host: 127.0.0.1
          port: %2$d
          name: %1$s
          username: %3$s
          password: "secret:file:%4$s"
          migrations: migrations
      """;

  private static final String BASE_ONLY =
      """
          backup: {before-deploy: false}
      bake: 0s
      verification: {window: 0s, minimum-requests: 1}
      """;

  @SuppressWarnings("InlineFormatString")
  private static final String FULL =
      """
      strategy: %1$s
      bake: 3s
      tests: {command: [sh, script.sh, %2$s/tests.in], timeout: 10m}
      hooks:
        - {name: first, before: rollout, command: [sh, script.sh, %2$s/hook-first.in], timeout: 10m}
        - {name: last, after: verify, command: [sh, script.sh, %2$s/hook-last.in, last], timeout: 10m}
      verification:
        window: 1s
        minimum-requests: 1
        max-p95: 60s
        max-p95-factor: 100
        max-error-rate: 90%%
        max-error-rate-increase: 90%%
        checks: [{path: /health}]
        database: [{query: "select count(*) > 0 from ran", expect: t}]
        security: {headers: {content-type: "*"}}
        load: {users: 1, duration: 200ms, max-p95: 10s}
        resources: {memory: 1GB, window: 100ms}
        logs: {at-most: 1000}
      """;

  private final String strategy;
  private final boolean compatible;
  private final String end;

  KillStory(String strategy, boolean compatible, String end) {
    this.strategy = strategy;
    this.compatible = compatible;
    this.end = end;
  }

  /** The state in which it ends, whatever is killed. */
  String end() {
    return end;
  }

  boolean goesBack() {
    return end.equals("rolled-back");
  }

  /** Whether nothing serves before. */
  boolean first() {
    return this == FIRST_BACK;
  }

  boolean restores() {
    return goesBack() && !compatible;
  }

  String version() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Empty where nothing does. */
  Optional<String> serving() {
    return first() ? Optional.empty() : Optional.of(goesBack() ? BASE : version());
  }

  /** What the journal of the migrations has, and the table that each of them writes a row to. */
  List<Integer> migrations() {
    return restores() ? List.of(1) : List.of(1, 2);
  }

  Map<String, String> files() {
    return Map.of(
        "index.html",
        version(),
        "health",
        "up",
        "migrations/V1__table.sql",
        firstMigration(),
        "migrations/V2__row.sql",
        """
        -- fairlead: %s
        insert into ran values (2);
        select pg_advisory_xact_lock_shared(%d);
        """
            .formatted(compatible ? "compatible" : "incompatible", LOCK));
  }

  static Map<String, String> baseFiles() {
    return Map.of("index.html", BASE, "health", "up", "migrations/V1__table.sql", firstMigration());
  }

  private static String firstMigration() {
    return "-- fairlead: compatible\ncreate table ran (version int);\ninsert into ran values (1);\n";
  }

  /** For the first release: nothing but what it takes. */
  static String baseManifest(String lean) {
    return lean + BASE_ONLY;
  }

  /**
   * With everything a deployment may be asked to do.
   *
   * @param snares the application's folder
   */
  String manifest(String lean, Path snares) {
    return lean + FULL.formatted(strategy, snares);
  }

  /** What both have, beside what is run and how. */
  static String lean(String application, int port, String user, String password) {
    return LEAN.formatted(application, port, user, password);
  }
}
