package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Backup;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Place;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.schedule.Schedule;
import java.nio.file.Path;
import java.util.List;

/** {@code databases}: what is migrated and backed up. */
final class DatabasesReader {

  private DatabasesReader() {}

  static List<Database> read(Place place, Section section) {
    return List.copyOf(section.eachSection((key, inner) -> database(place, key, inner)).values());
  }

  private static Database database(Place place, String key, Section section) {
    Section backup = section.section("backup");
    Database database =
        new Database(
            key,
            databaseId(place, key, section),
            section.or("host", Scalars::filledText, "localhost"),
            section.or("port", Scalars.number(1, 65_535), 5432),
            section.required("name", Scalars::filledText, ""),
            section.required("username", Scalars::filledText, ""),
            section.optional("password", SecretReference::new).orElse(null),
            section.optional("migrations", Scalars::filledText).orElse(null),
            new Backup(
                backup.or("before-deploy", Scalars::yesOrNo, true),
                backup.optional("schedule", DatabasesReader::schedule).orElse(null),
                backup.optional("keep-days", Scalars.number(1, 3650)).orElse(null),
                backup.or("proof", Scalars.choice(ProofLevel.values()), ProofLevel.COMPLETED),
                backup.optional("drill", Scalars.choice(DrillPolicy.values())).orElse(null),
                backup.list("files", DatabasesReader::absolutePath),
                backup.optional("warm", Scalars::yesOrNo).orElse(null),
                backup
                    .optional("minimum-rows", Scalars.number(1, Integer.MAX_VALUE))
                    .orElse(null)));
    backup.end();
    section.end();
    return database;
  }

  private static String absolutePath(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute() || path.getFileName() == null || !path.normalize().equals(path)) {
      throw new IllegalArgumentException(
          "found '%s', expected an absolute path such as /srv/orders/uploads".formatted(text));
    }
    return text;
  }

  /** Checked here and read by the services that go by it. */
  private static String schedule(String text) {
    Schedule.parse(text);
    return text;
  }

  private static DatabaseId databaseId(Place place, String key, Section section) {
    try {
      return new DatabaseId("%s/%s".formatted(place, key));
    } catch (IllegalArgumentException e) {
      section.violate("", String.valueOf(e.getMessage()));
      return new DatabaseId("%s/unnamed".formatted(place));
    }
  }
}
