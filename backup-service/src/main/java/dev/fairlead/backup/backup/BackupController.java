package dev.fairlead.backup.backup;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class BackupController {

  private final Backups backups;
  private final BackupRequests requests;
  private final Databases databases;

  BackupController(Backups backups, BackupRequests requests, Databases databases) {
    this.backups = backups;
    this.requests = requests;
    this.databases = databases;
  }

  record Order(@NotNull DatabaseId database, @Nullable @Size(max = 500) String reason) {}

  record Accepted(BackupId backup) {}

  @PostMapping("/backups")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    databases.require(order.database());
    BackupId id = BackupId.random();
    requests.make(
        new BackupRequested(
            id, order.database(), null, Caller.current().actor(), order.reason(), null));
    return new Accepted(id);
  }

  @GetMapping("/backups")
  List<BackupView> list(
      @RequestParam @Nullable DatabaseId database,
      @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
    return backups.list(database, limit).map(BackupView::of).toList();
  }

  @GetMapping("/backups/{id}")
  Details one(@PathVariable BackupId id) {
    Backup backup =
        backups
            .find(id)
            .orElseThrow(
                () ->
                    Refusal.unknown(
                        "backup", id, "fairlead backup list shows those there are (GET /backups)"));
    return new Details(BackupView.of(backup), backup.manifest());
  }

  record Details(@JsonUnwrapped BackupView backup, @Nullable Manifest manifest) {}
}
