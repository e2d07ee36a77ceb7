package dev.fairlead.backup.drill;

import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.drill.RecoveryDrills.RecoveryDrill;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.problem.Refusal;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/recovery-drills")
class RecoveryDrillController {

  private final RecoveryDrills drills;
  private final RecoveryDrillRounds rounds;
  private final Databases databases;
  private final Clock clock;

  RecoveryDrillController(
      RecoveryDrills drills, RecoveryDrillRounds rounds, Databases databases, Clock clock) {
    this.drills = drills;
    this.rounds = rounds;
    this.databases = databases;
    this.clock = clock;
  }

  @GetMapping
  List<View> list() {
    return drills.all().stream().map(View::of).toList();
  }

  /**
   * @param attemptedAt of the last one; absent from an order until its end, which tells who waits
   */
  record View(
      DatabaseId database,
      Instant expectedSince,
      @Nullable Instant requestedAt,
      @Nullable Instant attemptedAt,
      @Nullable Instant succeededAt,
      @Nullable Instant toldOverdueAt,
      @Nullable UUID backup,
      @Nullable String store,
      @Nullable Long recoveryMillis,
      @Nullable String detail,
      @Nullable String advice) {

    static View of(RecoveryDrill drill) {
      boolean pending = drill.requestedAt() != null || drill.attempt() > 0;
      return new View(
          drill.database(),
          drill.expectedSince(),
          drill.requestedAt(),
          pending ? null : drill.attemptedAt(),
          drill.succeededAt(),
          drill.toldOverdueAt(),
          drill.backup(),
          drill.store(),
          drill.recoveryMillis(),
          drill.detail(),
          drill.advice());
    }
  }

  record Order(@NotNull DatabaseId database) {}

  record Accepted(DatabaseId database) {}

  /** Within a minute, unless another drill runs. */
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    DatabaseId id = order.database();
    KnownDatabase database = databases.require(id);
    if (!rounds.isExpected(database)) {
      throw neverDrilled(id);
    }
    drills.request(id, clock.instant());
    return new Accepted(id);
  }

  private static Refusal neverDrilled(DatabaseId id) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "never-drilled",
        "%s is not drilled: it has no backup, was removed, its drill policy is never, or there is no age identity here"
            .formatted(id),
        "make its first backup with fairlead backup run, or change drill in its manifest, or set fairlead.backup.identity");
  }
}
