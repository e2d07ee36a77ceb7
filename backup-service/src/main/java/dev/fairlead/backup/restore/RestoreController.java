package dev.fairlead.backup.restore;

import dev.fairlead.backup.database.Databases;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
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
class RestoreController {

  private final Restores restores;
  private final RestoreRequests requests;
  private final Databases databases;

  RestoreController(Restores restores, RestoreRequests requests, Databases databases) {
    this.restores = restores;
    this.requests = requests;
    this.databases = databases;
  }

  /**
   * @param backup the newest good one when absent
   * @param newDatabase when absent the database is replaced, and the old one kept
   * @param table whose rows alone are restored, beside all definitions; needs a new database. One
   *     that is partitioned means its partitions; a name with dots stands in quotation marks
   * @param withFiles whether the files of the same restore point come back as well; in place only
   */
  record Order(
      @NotNull DatabaseId database,
      @Nullable BackupId backup,
      @Nullable
          @Pattern(
              regexp = "[a-z_][a-z0-9_]{0,62}",
              message = "expected a lower-case PostgreSQL name of at most 63 characters")
          String newDatabase,
      @Nullable
          @Pattern(regexp = "(?s).+\\..+", message = "expected schema.table, such as public.orders")
          @Size(max = 300)
          String table,
      @Nullable Boolean withFiles,
      @Nullable @Size(max = 500) String reason) {}

  record Accepted(RestoreId restore) {}

  @PostMapping("/restores")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    databases.require(order.database());
    RestoreId id = RestoreId.random();
    requests.make(
        new RestoreRequested(
            id,
            order.database(),
            order.backup(),
            null,
            order.newDatabase(),
            Caller.current().actor(),
            order.reason(),
            order.table(),
            order.withFiles()));
    return new Accepted(id);
  }

  @GetMapping("/restores")
  List<RestoreView> list(
      @RequestParam @Nullable DatabaseId database,
      @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
    return restores.list(database, limit).stream().map(RestoreView::of).toList();
  }

  @GetMapping("/restores/{id}")
  RestoreView one(@PathVariable RestoreId id) {
    return restores
        .find(id)
        .map(RestoreView::of)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "restore",
                    id,
                    "fairlead backup restores list shows those there are (GET /restores)"));
  }
}
