package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.problem.Refusal;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DrillController {

  private final Drills drills;
  private final DrillRequests requests;
  private final Backups backups;
  private final StatementKeys keys;

  DrillController(Drills drills, DrillRequests requests, Backups backups, StatementKeys keys) {
    this.drills = drills;
    this.requests = requests;
    this.backups = backups;
    this.keys = keys;
  }

  record Accepted(BackupId backup) {}

  @PostMapping("/backups/{id}/drill")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@PathVariable BackupId id) {
    Backup backup =
        backups
            .find(id)
            .filter(known -> known.state() == BackupState.COMPLETED)
            .orElseThrow(
                () ->
                    Refusal.unknown(
                        "completed backup",
                        id,
                        "fairlead backup list shows those there are (GET /backups)"));
    requests.make(backup.id(), backup.database());
    return new Accepted(id);
  }

  @GetMapping("/drills")
  List<DrillView> list(
      @RequestParam @Nullable DatabaseId database,
      @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
    return drills.list(database, limit).stream().map(DrillView::of).toList();
  }

  @GetMapping("/drills/{id}")
  DrillView one(@PathVariable BackupId id) {
    return drills
        .find(id)
        .map(DrillView::of)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "drill of backup",
                    id,
                    "fairlead backup drills lists those there were (GET /drills)"));
  }

  /**
   * What statements of this service are checked with.
   *
   * @param id as the header of a statement names it ({@code kid})
   * @param publicKey PEM
   */
  record PublicKeyView(String algorithm, String id, String publicKey) {}

  @GetMapping("/statement-key")
  PublicKeyView key() {
    StatementKey key = keys.key();
    return new PublicKeyView("Ed25519", key.id(), key.publicPem());
  }
}
