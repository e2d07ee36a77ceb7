package dev.fairlead.backup.retention;

import dev.fairlead.backup.retention.LeavingCopies.Leaving;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.retention.RetentionRounds.Judgement;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class RetentionController {

  private final RetentionRounds rounds;

  RetentionController(RetentionRounds rounds) {
    this.rounds = rounds;
  }

  /**
   * What the next round will do with every copy, and why: computed as the round itself does. Copies
   * that an earlier one is still removing come after them.
   */
  @GetMapping("/retention")
  List<VerdictView> dryRun() {
    return Stream.concat(
            rounds.judge().stream().map(RetentionController::view),
            rounds.underWay().stream().map(RetentionController::view))
        .toList();
  }

  /** The round itself, now; what it was about to do when it began. */
  @PostMapping("/retention")
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  List<VerdictView> run() {
    return rounds.expire().stream().map(RetentionController::view).toList();
  }

  private static VerdictView view(Judgement judgement) {
    return new VerdictView(
        judgement.database(),
        judgement.store(),
        judgement.verdict().backup(),
        judgement.verdict() instanceof Verdict.Keep ? "keep" : "delete",
        judgement.verdict().reason());
  }

  private static VerdictView view(Leaving copy) {
    return new VerdictView(copy.database(), copy.store(), copy.backup(), "leaving", copy.reason());
  }

  /**
   * @param verdict {@code keep}, {@code delete}, or {@code leaving} for what is being deleted
   */
  record VerdictView(
      DatabaseId database, String store, BackupId backup, String verdict, String reason) {}
}
