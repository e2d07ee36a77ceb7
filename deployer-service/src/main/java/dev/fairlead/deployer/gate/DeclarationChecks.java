package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.SecretNotFound;
import dev.fairlead.service.secret.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** What the plan and the manifest tell by themselves. */
final class DeclarationChecks implements Check {

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY).*");

  private final Secrets secrets;

  DeclarationChecks(Secrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    List<Finding> findings = new ArrayList<>();
    Plan plan = candidate.plan();
    findings.add(commit(plan));
    findings.add(tests(candidate));
    findings.add(team(plan.spec()));
    plan.spec().databases().forEach(database -> findings.add(backup(plan, database)));
    plan.spec().variables().forEach((name, value) -> findings.add(variable(name, value)));
    plan.spec().databases().stream()
        .map(Database::password)
        .filter(Objects::nonNull)
        .forEach(password -> findings.add(resolves(password)));
    return findings;
  }

  private static Finding commit(Plan plan) {
    return plan.commit() == null
        ? Finding.failed(
            Gate.CODE,
            Grade.NICE_TO_HAVE,
            "commit",
            "the request names no commit",
            "name it: fairlead deploy … --commit HASH (commit of the request)")
        : Finding.passed(Gate.CODE, Grade.NICE_TO_HAVE, "commit", "commit " + plan.commit());
  }

  private static Finding tests(Candidate candidate) {
    if (candidate.request().skipTests()) {
      return Finding.failed(
          Gate.TESTS,
          Grade.SHOULD,
          "tests",
          "tests are skipped on request",
          "leave out --skip-tests (skipTests of the request)");
    }
    return candidate.plan().spec().tests() == null
        ? Finding.failed(
            Gate.TESTS,
            Grade.NICE_TO_HAVE,
            "tests",
            "the manifest has no tests",
            "add tests.command to the manifest")
        : Finding.passed(Gate.TESTS, Grade.SHOULD, "tests", "tests are part of the plan");
  }

  private static Finding team(EnvironmentSpec spec) {
    return spec.team() == null
        ? Finding.failed(
            Gate.DOCS,
            Grade.NICE_TO_HAVE,
            "team",
            "the manifest names no team",
            "add team to the manifest")
        : Finding.passed(Gate.DOCS, Grade.NICE_TO_HAVE, "team", "team " + spec.team());
  }

  private static Finding backup(Plan plan, Database database) {
    boolean migrated =
        plan.migrations().stream().map(PlannedMigration::database).anyMatch(database.id()::equals);
    boolean backedUp = database.backup().beforeDeploy();
    if (backedUp || !migrated) {
      return Finding.passed(
          Gate.DATABASE,
          Grade.MUST,
          "backup",
          "%s is %s".formatted(database.id(), backedUp ? "backed up before" : "not migrated"));
    }
    return Finding.failed(
        Gate.DATABASE,
        plan.changesIncompatibly(database.id()) ? Grade.MUST : Grade.SHOULD,
        "backup",
        "%s is migrated without a backup before".formatted(database.id()),
        "set databases.%s.backup.before-deploy: true".formatted(database.key()));
  }

  private Finding variable(String name, String value) {
    if (value.startsWith("secret:")) {
      return resolves(new SecretReference(value));
    }
    return SECRET_NAME.matcher(name).matches() && !value.isEmpty()
        ? Finding.failed(
            Gate.SECURITY,
            Grade.SHOULD,
            "secrets",
            "variable %s looks like a secret and is written in the manifest".formatted(name),
            "put its value into a file and write %s: secret:file:/path".formatted(name))
        : Finding.passed(Gate.SECURITY, Grade.SHOULD, "secrets", name + " is no secret");
  }

  private Finding resolves(SecretReference reference) {
    try {
      secrets.resolve(reference);
      return Finding.passed(Gate.SECURITY, Grade.MUST, "secrets", reference + " is there");
    } catch (SecretNotFound e) {
      return Finding.failed(
          Gate.SECURITY,
          Grade.MUST,
          "secrets",
          String.valueOf(e.getMessage()),
          "create %s, readable for the deployer".formatted(reference));
    }
  }
}
