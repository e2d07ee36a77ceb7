package dev.fairlead.deployer.journey;

import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers on the topic as the backup service would, without any backup being made. Only where it is
 * asked for by name: no component that every deployer of the tests finds.
 */
class BackupsElsewhere implements FactHandler {

  private final Outbox outbox;
  private final Clock clock;
  private final List<BackupId> requested = new CopyOnWriteArrayList<>();
  private final List<BackupId> restored = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;

  BackupsElsewhere(Outbox outbox, Clock clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** From now on every restore fails, or succeeds again. */
  void refuseRestores(boolean refuse) {
    refusing = refuse;
  }

  List<BackupId> requested() {
    return requested;
  }

  List<BackupId> restored() {
    return restored;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.BACKUPS);
  }

  @Override
  public void on(Envelope fact) {
    Instant now = clock.instant();
    switch (fact.event()) {
      case BackupRequested asked -> {
        requested.add(asked.backup());
        answer(
            now,
            new BackupCompleted(
                asked.backup(),
                asked.database(),
                asked.deployment(),
                now,
                now,
                1,
                "0".repeat(64),
                "15",
                1,
                0,
                List.of()));
      }
      case RestoreRequested asked when refusing ->
          answer(
              now,
              new RestoreFailed(
                  asked.restore(),
                  asked.database(),
                  asked.backup(),
                  asked.deployment(),
                  "no room",
                  "make room"));
      case RestoreRequested asked -> {
        BackupId backup = Objects.requireNonNull(asked.backup());
        restored.add(backup);
        answer(
            now,
            new RestoreCompleted(
                asked.restore(),
                backup,
                asked.database(),
                asked.deployment(),
                "archive",
                "archive_before",
                "disk",
                1,
                null));
      }
      default -> {}
    }
  }

  private void answer(Instant now, Event event) {
    outbox.append(Envelope.of("backup", now, event));
  }
}
