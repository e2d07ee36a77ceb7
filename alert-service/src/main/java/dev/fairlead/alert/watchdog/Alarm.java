package dev.fairlead.alert.watchdog;

import dev.fairlead.alert.alert.Fingerprint;
import dev.fairlead.alert.alert.KnownLabels;
import dev.fairlead.alert.alert.Problem;
import dev.fairlead.alert.alert.Signal;
import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.watchdog.Expectation.Missing;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.IncidentId;
import java.time.Instant;

/** A missing backup in words for people. */
final class Alarm {

  static final String CAUSE = "backup-missing";

  private Alarm() {}

  static Signal of(Missing missing, Instant now) {
    DatabaseId database = missing.expected().database();
    return new Signal.Raise(
        new Problem(
            Fingerprint.of(CAUSE, database),
            IncidentId.startedBy(CAUSE, "%s@%s".formatted(database, missing.due())),
            missing.severity(),
            CAUSE,
            words(missing),
            KnownLabels.of(database, null),
            now));
  }

  private static Words words(Missing missing) {
    Expectation expected = missing.expected();
    Instant newest = missing.demand().newest();
    String last =
        newest == null
            ? "there has been none yet"
            : "the newest has the data of %s".formatted(newest);
    return new Words(
        "backup of %s is missing".formatted(expected.database()),
        "%s was due at %s and is not there; %s"
            .formatted(missing.demand().wanted(), missing.due(), last),
        ("See that backup-service runs and what it says of this database (fairlead backup list"
                + " --database %s), then make one with 'fairlead backup run %s'%s.")
            .formatted(expected.database(), expected.database(), drill(missing.demand())));
  }

  /** The backup may be there, and its drill have failed or been impossible. */
  private static String drill(Demand demand) {
    return demand.proof() == ProofLevel.DRILLED
        ? ", or prove the one that is there with 'fairlead backup drill'"
        : "";
  }
}
