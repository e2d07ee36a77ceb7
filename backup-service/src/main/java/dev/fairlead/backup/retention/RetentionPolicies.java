package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.BackupSettings.Keeping;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.retention.Retention.Policy;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which policy holds for which database in which store; without one everything is kept. */
@Component
class RetentionPolicies {

  private final BackupSettings settings;
  private final Databases databases;

  RetentionPolicies(BackupSettings settings, Databases databases) {
    this.settings = settings;
    this.databases = databases;
  }

  Optional<Policy> of(String store, DatabaseId database) {
    Integer own = databases.find(database).map(KnownDatabase::keepDays).orElse(null);
    return switch (store) {
      case "disk" -> Optional.ofNullable(settings.disk()).flatMap(disk -> policy(disk, own));
      case "s3" -> Optional.ofNullable(settings.s3()).flatMap(s3 -> policy(s3, own));
      default -> Optional.empty();
    };
  }

  /** The days of the database's manifest replace those of a store that keeps by age. */
  private static Optional<Policy> policy(Keeping rules, @Nullable Integer own) {
    Integer days = rules.keepDays() != null && own != null ? own : rules.keepDays();
    Generations generations =
        Generations.of(
            rules.keepDaily(), rules.keepWeekly(), rules.keepMonthly(), rules.keepYearly());
    boolean none =
        rules.keepLast() == null
            && rules.keepReleases() == null
            && days == null
            && generations.counts().isEmpty();
    return none
        ? Optional.empty()
        : Optional.of(
            new Policy(
                rules.keepLast(),
                rules.keepReleases(),
                days == null ? null : Duration.ofDays(days),
                generations));
  }
}
