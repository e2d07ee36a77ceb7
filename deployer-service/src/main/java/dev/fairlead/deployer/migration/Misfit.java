package dev.fairlead.deployer.migration;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a script would not run, or not as it was meant, on a database as it is.
 *
 * @param reason beginning with the script's name
 */
record Misfit(String reason, String advice) {

  static Misfit tooLow(String script, String highest) {
    return new Misfit(
        "%s is not applied and never would be, since version %s above it is"
            .formatted(script, highest),
        "give %s a version above %s".formatted(script, highest));
  }

  static Misfit changed(String script) {
    return new Misfit(
        "%s is not what was applied under its version".formatted(script),
        "put back %s as it was applied, and the change into a script of a new version"
            .formatted(script));
  }

  static Misfit failed(String script) {
    return new Misfit("%s failed there before".formatted(script), undoing(script));
  }

  /** What a person does about a script that failed outside of a transaction. */
  static String undoing(String script) {
    return "undo by hand what %s left, and delete its row from %s"
        .formatted(script, Migrations.HISTORY_TABLE);
  }

  static UnfitMigrations refusal(DatabaseAccess database, List<Misfit> misfits) {
    return new UnfitMigrations(
        "the migrations do not fit what is applied to %s: %s"
            .formatted(
                database, misfits.stream().map(Misfit::reason).collect(Collectors.joining("; "))),
        misfits.stream().map(Misfit::advice).collect(Collectors.joining("; ")));
  }
}
