package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.secret.Redaction;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /instances/{id}/log}: the last lines that an instance wrote. They are the
 * application's own, with whatever it writes there, so not everybody who may look may read them.
 */
@RestController
class InstanceLogController {

  /** A line has no end that anybody promises. */
  private static final int MOST_CHARACTERS = 256 << 10;

  private final Instances instances;

  InstanceLogController(Instances instances) {
    this.instances = instances;
  }

  @GetMapping(path = "/instances/{id}/log", produces = "text/plain;charset=UTF-8")
  @PreAuthorize("hasAnyRole('DEPLOYER', 'ON_CALL')")
  String log(
      @PathVariable InstanceId id,
      @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int lines) {
    try {
      return instances
          .logs()
          .last(id, lines)
          .map(InstanceLogController::text)
          .orElseThrow(
              () ->
                  Refusal.unknown(
                      "log of instance",
                      id,
                      "fairlead instances list shows those that run; of stopped ones the latest hundred are kept"));
    } catch (RuntimeFailure e) {
      throw new Refusal(
          HttpStatus.SERVICE_UNAVAILABLE,
          "runtime-away",
          Objects.requireNonNullElse(e.getMessage(), "a runtime does not answer"),
          "see which host that is with fairlead instances list, and ask again");
    }
  }

  /** Secrets are taken out before anything is cut: the rest of one would not be known as one. */
  static String text(List<String> lines) {
    String all = Redaction.redact(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
    return all.substring(Math.max(0, all.length() - MOST_CHARACTERS));
  }
}
