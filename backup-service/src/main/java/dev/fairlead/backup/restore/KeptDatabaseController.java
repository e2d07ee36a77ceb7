package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.service.problem.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class KeptDatabaseController {

  private final KeptDatabases kept;

  KeptDatabaseController(KeptDatabases kept) {
    this.kept = kept;
  }

  /**
   * @param restore that replaced it
   * @param name of the database that was replaced
   */
  record KeptView(
      RestoreId restore, DatabaseId database, @Nullable String name, @Nullable Instant since) {}

  @GetMapping("/kept-databases")
  List<KeptView> list() {
    return kept.all().stream()
        .map(
            restore ->
                new KeptView(restore.id(), restore.database(), restore.keptAs(), restore.endedAt()))
        .toList();
  }

  record Ended(String name) {}

  @DeleteMapping("/kept-databases/{restore}")
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Ended drop(@PathVariable RestoreId restore) {
    try {
      return ended(restore, kept.drop(restore));
    } catch (BackupFailure e) {
      throw new Refusal(HttpStatus.CONFLICT, "kept-database-in-use", e.detail(), e.advice());
    }
  }

  /** A path of its own: a service that does not know it refuses it, instead of dropping. */
  @PostMapping("/kept-databases/{restore}/forget")
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Ended forget(@PathVariable RestoreId restore) {
    return ended(restore, kept.forget(restore));
  }

  private static Ended ended(RestoreId restore, Optional<String> name) {
    return name.map(Ended::new)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "kept database of restore",
                    restore,
                    "fairlead backup kept lists those there are (GET /kept-databases)"));
  }
}
