package dev.fairlead.deployer.manifest;

import static java.util.stream.Collectors.joining;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import dev.fairlead.service.security.Role;
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
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /applications}: from now on this manifest is what is deployed, probed, backed up. */
@RestController
class ApplicationController {

  private final Applications applications;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final URI traffic;

  ApplicationController(
      Applications applications,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock,
      DeployerSettings settings) {
    this.applications = applications;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
    this.traffic = settings.edge().traffic();
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
            Manifest.read(request.manifest(), System::getenv).application(),
            request.manifest(),
            absolute(request.directory()),
            clock.instant());
    return transaction.execute(status -> apply(applied));
  }

  private Applied apply(AppliedManifest applied) {
    Manifest manifest = Manifest.read(applied.yaml(), System::getenv);
    List<Place> places = manifest.environments().stream().map(EnvironmentSpec::place).toList();
    List<String> changes = new ArrayList<>(changes(applied));
    List<EnvironmentName> opened = opened(applied, manifest);
    Lifted lifted = new Lifted(Caller.current().actor(), applied.appliedAt());
    applications.apply(applied, places, lifted.by());
    applications.open(manifest, places(applied, opened), lifted);
    manifest.environments().stream()
        .filter(spec -> !spec.approval().required())
        .flatMap(
            spec ->
                applications.lifted(spec.place()).stream()
                    .map(still -> "%s: %s".formatted(spec.place().environment(), still.reason())))
        .forEach(changes::add);
    manifest.environments().stream()
        .map(spec -> new Announcement(spec, traffic).event())
        .map(event -> Envelope.of("deployer", applied.appliedAt(), event))
        .forEach(envelope -> outbox.append(envelope.by(Caller.current().actor())));
    return new Applied(
        manifest.application(), places.stream().map(Place::environment).toList(), changes);
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

  /**
   * The environments in which this manifest lifts the approval. One that it adds in the same breath
   * counts as well: it may be the old one under a new name.
   *
   * @throws Refusal else whoever may deploy could take the question away instead of answering it
   */
  private List<EnvironmentName> opened(AppliedManifest applied, Manifest next) {
    Optional<String> before = applications.before(applied.application()).map(AppliedManifest::yaml);
    List<EnvironmentName> opened =
        before.stream()
            .flatMap(yaml -> GuardedEnvironments.of(yaml, System::getenv).stream())
            .filter(name -> !next.isGuarded(name))
            .toList();
    if (opened.isEmpty()) {
      return opened;
    }
    requireApprover(opened);
    List<EnvironmentName> openBefore =
        GuardedEnvironments.othersOf(before.orElseThrow(), System::getenv);
    Stream<EnvironmentName> added =
        next.environments().stream()
            .filter(spec -> !spec.approval().required())
            .map(spec -> spec.place().environment())
            .filter(name -> !openBefore.contains(name));
    return Stream.concat(opened.stream(), added).distinct().toList();
  }

  private static void requireApprover(List<EnvironmentName> opened) {
    if (!Caller.current().has(Role.APPROVER)) {
      throw new Refusal(
          HttpStatus.FORBIDDEN,
          "approval-weakened",
          "deployments to %s would no longer need approval"
              .formatted(opened.stream().map(EnvironmentName::value).collect(joining(", "))),
          "leave approval: required, or have somebody with the role approver apply this manifest");
    }
  }

  private static List<Place> places(AppliedManifest applied, List<EnvironmentName> names) {
    return names.stream().map(name -> new Place(applied.application(), name)).toList();
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

  private List<String> changes(AppliedManifest applied) {
    return applications
        .find(applied.application())
        .map(
            before ->
                before.yaml().equals(applied.yaml())
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
