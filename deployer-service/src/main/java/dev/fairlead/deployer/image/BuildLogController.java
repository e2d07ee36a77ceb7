package dev.fairlead.deployer.image;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.service.problem.Refusal;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /deployments/{id}/log}: what the build has written, also while it goes on. */
@RestController
class BuildLogController {

  private final BuildLogs logs;

  BuildLogController(BuildLogs logs) {
    this.logs = logs;
  }

  /** Streamed, not read into memory, and without a length, since it may be growing. */
  @GetMapping(path = "/deployments/{id}/log", produces = "text/plain;charset=UTF-8")
  InputStreamResource log(@PathVariable DeploymentId id) {
    return logs.open(id)
        .map(InputStreamResource::new)
        .orElseThrow(
            () ->
                new Refusal(
                    HttpStatus.NOT_FOUND,
                    "no-log",
                    "deployment %s has no log of a build".formatted(id),
                    "only what builds an image has one, and the latest hundred are kept"));
  }
}
