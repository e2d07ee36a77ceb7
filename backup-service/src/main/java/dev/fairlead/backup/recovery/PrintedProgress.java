package dev.fairlead.backup.recovery;

import dev.fairlead.backup.ProgressPace;
import dev.fairlead.backup.restore.DatabaseIdentity;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.events.BackupEvent.TransferProgress;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;

/** Tells people in front of a terminal how far a restore has come. */
final class PrintedProgress implements RestorePipeline.Witness {

  private static final Clock CLOCK = Clock.systemUTC();

  private final PrintStream out;
  private final ProgressPace pace = new ProgressPace(CLOCK.instant());

  PrintedProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void created(DatabaseIdentity database) {}

  @Override
  public void corrupted(String store, String detail) {
    out.printf("corrupt   the copy in %s %s%n", store, detail);
  }

  @Override
  public void passed(long doneBytes, long dumpBytes) {
    pace.at(doneBytes, dumpBytes, CLOCK.instant()).ifPresent(this::print);
  }

  private void print(TransferProgress progress) {
    Long remaining = progress.remainingMillis();
    out.printf(
        "loading   %d %% of %,d MB%s%n",
        100 * progress.doneBytes() / Math.max(1, progress.expectedBytes()),
        progress.expectedBytes() >> 20,
        remaining == null
            ? ""
            : ", about %d s left".formatted(Duration.ofMillis(remaining).toSeconds()));
  }
}
