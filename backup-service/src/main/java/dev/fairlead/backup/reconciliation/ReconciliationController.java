package dev.fairlead.backup.reconciliation;

import java.util.List;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ReconciliationController {

  private final Reconciliation reconciliation;

  ReconciliationController(Reconciliation reconciliation) {
    this.reconciliation = reconciliation;
  }

  /** What the stores and the catalogue do not agree on; nothing is changed. */
  @GetMapping("/reconciliation")
  List<Finding> look() {
    return reconciliation.look();
  }

  @PostMapping("/reconciliation")
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  List<Finding> run() {
    return reconciliation.run();
  }
}
