package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.migration.MigrationsUnreadable;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.secret.SecretNotFound;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier release does not know of the schemas as they are: the incompatible migrations of
 * the releases after it. The databases are asked which of them they still have, since a restore
 * takes them back.
 */
record UnknownSchema(Releases releases, Databases databases, Migrations migrations) {

  /**
   * @param by the release that brought it
   * @param unread why the database does not say whether it is still there; absent when it has it
   */
  record Change(Release by, PlannedMigration migration, @Nullable String unread) {

    DatabaseId database() {
      return migration.database();
    }

    Script script() {
      return new Script(database(), migration.script());
    }

    String sentence() {
      return unread == null
          ? migration.script()
          : "%s, and whether %s still has that cannot be told: %s"
              .formatted(migration.script(), database(), unread);
    }

    /** Of a repeatable script a restored database may have the run before. */
    boolean showsRestore() {
      return !String.valueOf(Path.of(migration.script()).getFileName()).startsWith("R__");
    }
  }

  private record Script(DatabaseId database, String name) {}

  /**
   * Old code on a schema it does not know is worse than the release that is to be replaced.
   *
   * @throws PlanRefused with what a person can do
   */
  void requireNone(Release target) {
    List<Change> unknown = of(target);
    if (!unknown.isEmpty()) {
      throw new PlanRefused(
          "incompatible-migration",
          "version %s does not know the schema since %s"
              .formatted(target.version(), unknown.getFirst().sentence()),
          advice(unknown));
    }
  }

  private static String advice(List<Change> unknown) {
    return unknown.stream().allMatch(Change::showsRestore)
        ? "restore %s from before, then roll back again; or deploy forward"
            .formatted(
                unknown.stream()
                    .map(change -> "a backup of %s".formatted(change.database()))
                    .distinct()
                    .collect(Collectors.joining(" and ")))
        : "deploy forward: whether a repeatable migration was taken back cannot be told";
  }

  /**
   * Oldest first; what cannot be asked counts as still there. Whoever was to run a script last
   * found it pending, so it was not run before, and only its word on the script counts. A
   * deployment that failed and was undone left nothing.
   */
  List<Change> of(Release target) {
    Map<Script, Change> newest = new LinkedHashMap<>();
    Stream.concat(
            releases.history(target.place()).stream(), releases.notUndone(target.place()).stream())
        .filter(release -> release.recordedAt().isAfter(target.recordedAt()))
        .distinct()
        .sorted(Comparator.comparing(Release::recordedAt))
        .flatMap(UnknownSchema::changes)
        .forEach(change -> newest.put(change.script(), change));
    Map<Database, Answer> asked = new HashMap<>();
    return newest.values().stream()
        .filter(change -> !change.migration().compatible())
        .sorted(Comparator.comparing(change -> change.by().recordedAt()))
        .flatMap(change -> stillThere(change, target, asked).stream())
        .toList();
  }

  private static Stream<Change> changes(Release release) {
    return release.migrations().stream().map(migration -> new Change(release, migration, null));
  }

  /** In the database that was migrated, or in the one that the target was told, if they differ. */
  private Optional<Change> stillThere(Change change, Release target, Map<Database, Answer> asked) {
    return Stream.of(change.by(), target)
        .flatMap(release -> release.spec().databases().stream())
        .filter(database -> database.id().equals(change.database()))
        .distinct()
        .map(database -> asked.computeIfAbsent(database, this::ask))
        .filter(answer -> answer.mayHave(change.migration().script()))
        .findFirst()
        .map(answer -> new Change(change.by(), change.migration(), answer.unread()));
  }

  private Answer ask(Database database) {
    try {
      return new Answer(migrations.remembered(databases.access(database)), null);
    } catch (MigrationsUnreadable | SecretNotFound e) {
      return new Answer(Set.of(), String.valueOf(e.getMessage()));
    }
  }

  private record Answer(Set<String> scripts, @Nullable String unread) {

    boolean mayHave(String script) {
      return unread != null || scripts.contains(script);
    }
  }
}
