package dev.fairlead.deployer.loss;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.TableWrites;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.service.secret.SecretNotFound;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what restoring a database sets aside. It is an aid for people: where it cannot tell, it
 * says nothing rather than something wrong, and never stands in the way.
 */
public final class Losses {

  private static final Logger log = LoggerFactory.getLogger(Losses.class);

  /** More tables than that nobody reads; the sum covers them all. */
  private static final int MOST_TABLES = 10;

  private final WriteCounter counter;
  private final WriteMarks marks;
  private final KnownBackups backups;
  private final Databases databases;

  Losses(WriteCounter counter, WriteMarks marks, KnownBackups backups, Databases databases) {
    this.counter = counter;
    this.marks = marks;
    this.backups = backups;
    this.databases = databases;
  }

  /** Before anything was written: only how long a restore would take. */
  public DataAtRisk foreseen(DatabaseId database) {
    return new DataAtRisk(database, null, null, null, null, restoreMillis(database));
  }

  /**
   * Counts, and keeps it for later.
   *
   * @return whether that was possible
   */
  public boolean mark(DeploymentId deployment, Database database, Moment moment) {
    Optional<WriteCounts> counts = count(database);
    counts.ifPresent(now -> marks.set(deployment, database.id(), moment, now));
    return counts.isPresent();
  }

  /** What was written since the backup of this deployment, as far as it can be told. */
  public DataAtRisk since(DeploymentId deployment, Database database) {
    DatabaseId id = database.id();
    Map<Moment, WriteCounts> earlier = marks.of(deployment, id);
    WriteCounts backup = earlier.get(Moment.BACKUP);
    return backup == null
        ? foreseen(id)
        : count(database)
            .flatMap(now -> Written.of(earlier, now))
            .map(written -> counted(id, written))
            .orElseGet(() -> new DataAtRisk(id, backup.at(), null, null, null, restoreMillis(id)));
  }

  private DataAtRisk counted(DatabaseId id, Written written) {
    List<TableWrites> most = written.tables().stream().limit(MOST_TABLES).toList();
    return new DataAtRisk(
        id, written.since(), written.until(), written.rows(), most, restoreMillis(id));
  }

  private @Nullable Long restoreMillis(DatabaseId database) {
    return backups.expectedRestore(database).map(Duration::toMillis).orElse(null);
  }

  private Optional<WriteCounts> count(Database database) {
    try {
      return Optional.of(counter.count(databases.access(database)));
    } catch (SQLException | SecretNotFound e) {
      log.warn("database={} writes=not-counted reason=\"{}\"", database.id(), e.getMessage());
      return Optional.empty();
    }
  }

  /** In one sentence. */
  public static String sentence(DataAtRisk risk) {
    Long millis = risk.restoreMillis();
    return "%s; %s"
        .formatted(
            rows(risk),
            millis == null
                ? "no restore of it was ever measured"
                : "a restore takes about %s".formatted(rounded(Duration.ofMillis(millis))));
  }

  private static String rows(DataAtRisk risk) {
    Long rows = risk.rows();
    List<TableWrites> tables = risk.tables();
    Instant since = risk.since();
    Instant until = risk.until();
    if (rows == null || tables == null || since == null || until == null) {
      return since == null
          ? "%s: what was written is not counted".formatted(risk.database())
          : "%s: it cannot be told how much was written since %s".formatted(risk.database(), since);
    }
    return "%s: about %d row(s) written within %s since the backup%s"
        .formatted(
            risk.database(), rows, rounded(Duration.between(since, until)), perTable(tables));
  }

  private static String perTable(List<TableWrites> tables) {
    return tables.isEmpty()
        ? ""
        : " (%s)"
            .formatted(
                String.join(
                    ", ",
                    tables.stream()
                        .map(table -> "%s %d".formatted(table.table(), WriteCounts.rows(table)))
                        .toList()));
  }

  /** To the second: nothing here is surer than that. */
  private static String rounded(Duration duration) {
    long seconds = Math.max(1, Math.round(duration.toMillis() / 1000.0));
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
