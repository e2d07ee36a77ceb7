package dev.fairlead.backup.drill;

import dev.fairlead.backup.drill.RecoveryDrills.RecoveryDrill;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.problem.Refusal;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
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

  RecoveryDrillController(RecoveryDrills drills) {
    this.drills = drills;
  }

  @GetMapping
  List<RecoveryDrill> list() {
    return drills.all();
  }

  record Order(@NotNull DatabaseId database) {}

  record Accepted(DatabaseId database) {}

  /** Within a minute, unless another drill runs. */
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  Accepted request(@Valid @RequestBody Order order) {
    if (!drills.makeDue(order.database())) {
      throw Refusal.unknown(
          "database with a backup",
          order.database(),
          "GET /recovery-drills lists those that are drilled; one with its first backup is within a minute");
    }
    return new Accepted(order.database());
  }
}
