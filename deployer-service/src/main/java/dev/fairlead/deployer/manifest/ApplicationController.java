package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /applications}: from now on this manifest is what is deployed, probed, backed up. */
@RestController
class ApplicationController {

  private final Applications applications;
  private final Openings openings;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Entrances entrances;

  ApplicationController(
      Applications applications,
      Openings openings,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock,
      DeployerSettings settings) {
    this.applications = applications;
    this.openings = openings;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
    this.entrances = Entrances.of(settings);
  }

  record ApplyRequest(@NotBlank String manifest, @NotBlank String directory) {}

  /**
   * @param changes one sentence each
   */
  record Applied(
      ApplicationName application, List<EnvironmentName> environments, List<String> changes) {}

  record Application(
      ApplicationName application, String directory, String manifest, Instant appliedAt) {}

  @PostMapping("/applications")
  @PreAuthorize("hasRole('DEPLOYER')")
  Applied apply(@Valid @RequestBody ApplyRequest request) {
    AppliedManifest applied =
        new AppliedManifest(
            Manifest.read(request.manifest(), applications.host()).application(),
            request.manifest(),
            absolute(request.directory()),
            clock.instant());
    return transaction.execute(status -> apply(applied));
  }

  private Applied apply(AppliedManifest applied) {
    Manifest manifest = applications.manifest(applied);
    entrances.requireKnown(manifest);
    List<Place> places = manifest.environments().stream().map(EnvironmentSpec::place).toList();
    Optional<AppliedManifest> before = applications.before(applied.application());
    List<String> changes = new ArrayList<>(changes(before, applied));
    openings.requireAllowed(before, manifest);
    applications.apply(applied, places, Caller.current().actor());
    changes.addAll(openings.apply(before, applied, manifest));
    changes.addAll(leftBehind(manifest));
    manifest.environments().stream()
        .map(spec -> new Announcement(spec, entrances).event())
        .map(event -> Envelope.of("deployer", applied.appliedAt(), event))
        .forEach(envelope -> outbox.append(envelope.by(Caller.current().actor())));
    return new Applied(
        manifest.application(), places.stream().map(Place::environment).toList(), changes);
  }

  /** Whoever takes an environment out of a manifest has not removed anything by that. */
  private List<String> leftBehind(Manifest manifest) {
    return applications.places(manifest.application()).stream()
        .filter(known -> manifest.environment(known.environment()).isEmpty())
        .map(known -> known.leftBehind(manifest.application()))
        .toList();
  }

  /**
   * @param version what serves there; absent where nothing does
   */
  record KnownEnvironment(EnvironmentName environment, @Nullable Version version) {}

  /** Also those that its manifest names no longer, until they are removed. */
  @GetMapping("/applications/{application}/environments")
  List<KnownEnvironment> environments(@PathVariable ApplicationName application) {
    return applications.places(application).stream()
        .map(place -> new KnownEnvironment(place.environment(), place.serving().orElse(null)))
        .toList();
  }

  @GetMapping("/applications")
  List<Application> all() {
    return applications.all().stream()
        .map(
            applied ->
                new Application(
                    applied.application(),
                    applied.directory().toString(),
                    applied.yaml(),
                    applied.appliedAt()))
        .toList();
  }

  private static Path absolute(String directory) {
    Path path = Path.of(directory);
    if (!path.isAbsolute()) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "relative-directory",
          "directory '%s' is not absolute".formatted(directory),
          "send the absolute path of the folder that the manifest is in");
    }
    return path;
  }

  private static List<String> changes(Optional<AppliedManifest> before, AppliedManifest applied) {
    return before
        .map(
            earlier ->
                earlier.yaml().equals(applied.yaml())
                    ? List.<String>of()
                    : List.of("the manifest of %s was replaced".formatted(applied.application())))
        .orElseGet(() -> List.of("%s is new".formatted(applied.application())));
  }

  @ExceptionHandler
  ProblemDetail invalid(InvalidManifest invalid) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "the manifest has %d mistake(s)".formatted(invalid.violations().size()));
    problem.setType(URI.create("urn:fairlead:problem:invalid-manifest"));
    problem.setTitle("invalid manifest");
    problem.setProperty("code", "invalid-manifest");
    problem.setProperty("advice", "correct what errors lists; nothing was changed");
    problem.setProperty("errors", invalid.violations().stream().map(this::error).toList());
    return problem;
  }

  private Map<String, Object> error(Violation violation) {
    return Map.of(
        "field", violation.path(), "line", violation.line(), "message", violation.message());
  }
}
