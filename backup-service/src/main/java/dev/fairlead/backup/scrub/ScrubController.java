package dev.fairlead.backup.scrub;

import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.scrub.CopyFinding.Outcome;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
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
class ScrubController {

  private final ScrubOrders orders;
  private final Backups backups;

  ScrubController(ScrubOrders orders, Backups backups) {
    this.orders = orders;
    this.backups = backups;
  }

  /**
   * @param backup whose copies are read; every copy whose turn it is when absent
   */
  record Order(@Nullable BackupId backup) {}

  record Accepted(UUID scrub) {}

  @PostMapping("/scrubs")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    if (order.backup() != null) {
      requireCompleted(order.backup());
    }
    return new Accepted(orders.request(order.backup(), Caller.current().actor().value()));
  }

  private void requireCompleted(BackupId id) {
    if (backups.find(id).filter(it -> it.state() == BackupState.COMPLETED).isEmpty()) {
      throw Refusal.unknown(
          "completed backup", id, "fairlead backup list shows those there are (GET /backups)");
    }
  }

  @GetMapping("/scrubs/{id}")
  View one(@PathVariable UUID id) {
    return orders
        .find(id)
        .map(View::of)
        .orElseThrow(
            () ->
                Refusal.unknown("scrub", id, "fairlead backup scrub asks for one (POST /scrubs)"));
  }

  /**
   * @param good so many copies were what they should be
   * @param healed those that were not, and have been replaced, each in words
   * @param bad those for which nothing better was found
   * @param unread those whose store could not be read
   */
  record View(
      UUID scrub,
      @Nullable BackupId backup,
      String state,
      String requestedBy,
      Instant requestedAt,
      @Nullable Instant endedAt,
      long good,
      List<String> healed,
      List<String> bad,
      List<String> unread,
      @Nullable String detail,
      @Nullable String advice) {

    static View of(ScrubOrder order) {
      return new View(
          order.id(),
          order.backup(),
          order.state().text(),
          order.requestedBy(),
          order.requestedAt(),
          order.endedAt(),
          those(order, Outcome.GOOD).count(),
          those(order, Outcome.HEALED).toList(),
          those(order, Outcome.BAD).toList(),
          those(order, Outcome.UNREAD).toList(),
          order.detail(),
          order.advice());
    }

    private static Stream<String> those(ScrubOrder order, Outcome outcome) {
      return order.findings().stream()
          .filter(it -> it.outcome() == outcome)
          .map(CopyFinding::toString);
    }
  }
}
