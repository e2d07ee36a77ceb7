package dev.fairlead.backup.files;

import dev.fairlead.backup.files.FileRestores.Requested;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FileRestoreController {

  private final FileRestores restores;

  FileRestoreController(FileRestores restores) {
    this.restores = restores;
  }

  /**
   * @param below a folder that does not exist yet; in place when absent, with what is there kept
   */
  record Order(
      @NotNull BackupId backup,
      @Nullable @Pattern(regexp = "/.+", message = "expected an absolute path") String below) {}

  record Accepted(UUID restore) {}

  @PostMapping("/file-restores")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    if (restores.manifest(order.backup()).isEmpty()) {
      throw Refusal.unknown(
          "backup", order.backup(), "fairlead backup list shows those there are (GET /backups)");
    }
    return new Accepted(
        restores.request(order.backup(), order.below(), Caller.current().actor().value()));
  }

  @GetMapping("/file-restores/{id}")
  View one(@PathVariable UUID id) {
    return restores
        .find(id)
        .map(View::of)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "file restore",
                    id,
                    "fairlead backup restore-files asks for one (POST /file-restores)"));
  }

  record View(
      UUID restore,
      BackupId backup,
      @Nullable String below,
      String state,
      String requestedBy,
      Instant requestedAt,
      List<String> outcome,
      @Nullable String detail,
      @Nullable String advice) {

    static View of(Requested requested) {
      return new View(
          requested.id(),
          requested.backup(),
          requested.below(),
          requested.state().name().toLowerCase(Locale.ROOT),
          requested.requestedBy(),
          requested.requestedAt(),
          requested.outcome(),
          requested.detail(),
          requested.advice());
    }
  }
}
