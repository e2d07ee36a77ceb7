package dev.fairlead.service.probe;

import dev.fairlead.events.SecretReference;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An endpoint for each role, and for each way to fail. */
@RestController
class CounterController {

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Secrets secrets;

  CounterController(JdbcClient database, TransactionTemplate transaction, Secrets secrets) {
    this.database = database;
    this.transaction = transaction;
    this.secrets = secrets;
  }

  record NewCounter(@NotBlank String name, @Max(10) int start, SecretReference key) {}

  @GetMapping("/counters")
  Map<String, Object> list(@RequestParam(defaultValue = "10") @Max(100) int limit) {
    return Map.of("caller", Caller.current().actor().value(), "limit", limit);
  }

  @PostMapping("/counters/{name}/increments")
  @PreAuthorize("hasRole('DEPLOYER')")
  int increment(@PathVariable String name) {
    return database.sql("select 1").query(Integer.class).single();
  }

  /** Changes something, and only then finds that it cannot go on. */
  @PostMapping("/counters/{name}/halves")
  @PreAuthorize("hasRole('DEPLOYER')")
  void halve(@PathVariable String name) {
    transaction.executeWithoutResult(
        status ->
            database
                .sql("insert into ledger (subject, event) values (?, 'half')")
                .param(name)
                .update());
    throw new Refusal(HttpStatus.CONFLICT, "odd", name + " is odd", "add one");
  }

  @GetMapping("/counters/{name}/secrets")
  @PreAuthorize("hasRole('ADMIN')")
  void look(@PathVariable String name) {}

  @PostMapping("/counters/{name}/approval")
  @PreAuthorize("hasRole('APPROVER')")
  void approve(@PathVariable String name) {}

  @PostMapping("/counters/{name}/silence")
  @PreAuthorize("hasRole('ON_CALL')")
  void silence(@PathVariable String name) {}

  @PostMapping("/counters/{name}/reset")
  @PreAuthorize("hasRole('ADMIN')")
  void reset(@PathVariable String name) {}

  @PostMapping("/counters")
  @PreAuthorize("hasRole('DEPLOYER')")
  void create(@Valid @RequestBody NewCounter counter) {
    throw new Refusal(
        HttpStatus.CONFLICT,
        "counter-exists",
        "counter " + counter.name() + " exists since Monday",
        "choose another name");
  }

  @PostMapping("/failures")
  @PreAuthorize("hasRole('DEPLOYER')")
  void fail(@RequestParam String reference) {
    String secret = secrets.resolve(new SecretReference(reference)).reveal();
    throw new IllegalStateException("cannot log in with " + secret);
  }

  @PostMapping("/refusals")
  @PreAuthorize("hasRole('DEPLOYER')")
  void refuse(@RequestParam String reference) {
    String secret = secrets.resolve(new SecretReference(reference)).reveal();
    throw new Refusal(HttpStatus.BAD_GATEWAY, "no", "server refused " + secret, "not " + secret);
  }
}
