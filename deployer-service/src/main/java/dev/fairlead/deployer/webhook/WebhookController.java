package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.InvalidManifest;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.secret.SecretNotFound;
import dev.fairlead.service.secret.Secrets;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /webhooks/{application}/{environment}}: a push asks for a deployment. */
@RestController
class WebhookController {

  private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

  /** GitHub sends at most 25 MB; no push that is meant for a deployment is a fifth of that. */
  private static final int LARGEST = 5 << 20;

  private static final int LONGEST_NAME = 100;

  private final Applications applications;
  private final Secrets secrets;
  private final DeploymentDesk desk;
  private final Deliveries deliveries;
  private final TransactionTemplate transaction;
  private final Pace pace;
  private final Clock clock;

  WebhookController(
      Applications applications,
      Secrets secrets,
      DeploymentDesk desk,
      JdbcClient database,
      TransactionTemplate transaction,
      Pace pace,
      Clock clock) {
    this.applications = applications;
    this.secrets = secrets;
    this.desk = desk;
    this.deliveries = new Deliveries(database);
    this.transaction = transaction;
    this.pace = pace;
    this.clock = clock;
  }

  @PostMapping("/webhooks/{application}/{environment}")
  ResponseEntity<Map<String, Object>> receive(
      @PathVariable ApplicationName application,
      @PathVariable EnvironmentName environment,
      HttpServletRequest http,
      HttpServletResponse response)
      throws IOException {
    Place place = new Place(application, environment);
    Message message = new Message(http::getHeader, body(http));
    Optional<Webhook> known = webhook(place).filter(one -> proves(one, message));
    if (known.isEmpty()) {
      throw pace.forgives(http.getRemoteAddr())
          ? stranger()
          : tooOften(response, "this address has sent too many messages that prove nothing");
    }
    if (!pace.admits(place)) {
      throw tooOften(response, "the webhook of %s is used too often".formatted(place));
    }
    Webhook webhook = known.get();
    return switch (Pushes.read(webhook, message)) {
      case Push.Ignored(String reason) -> ResponseEntity.ok(Map.of("ignored", reason));
      case Push.Wanted wanted -> request(place, webhook, message, wanted);
    };
  }

  private ResponseEntity<Map<String, Object>> request(
      Place place, Webhook webhook, Message message, Push.Wanted wanted) {
    String fingerprint = message.fingerprint();
    String key = "webhook:%s:%s".formatted(place, fingerprint);
    DeploymentId deployment = DeploymentId.forRequest(key);
    Request request = request(place, webhook, wanted, deployment);
    boolean begun =
        transaction.execute(
            status ->
                deliveries.isNew(place, deliveryOf(message, fingerprint), fingerprint)
                    && desk.requestAndAnnounce(request, key));
    return begun
        ? ResponseEntity.accepted().body(Map.of("deployment", deployment))
        : ResponseEntity.ok(Map.of("ignored", "it was delivered before"));
  }

  private Request request(
      Place place, Webhook webhook, Push.Wanted wanted, DeploymentId deployment) {
    String sender = webhook.sender().name().toLowerCase(Locale.ROOT);
    String by = wanted.by().replaceAll("\\p{Cntrl}", "?");
    return new Request(
        deployment,
        place,
        version(wanted.version()),
        wanted.artifact(),
        wanted.commit(),
        List.of(),
        false,
        "pushed",
        Request.pusher(sender, by.substring(0, Math.min(by.length(), LONGEST_NAME))),
        null,
        null,
        clock.instant(),
        wanted.commitDetails());
  }

  private static Version version(String text) {
    try {
      return new Version(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "invalid-version",
          String.valueOf(e.getMessage()),
          "push a tag that is a version");
    }
  }

  /** Registries name no delivery. */
  private static String deliveryOf(Message message, String fingerprint) {
    return message
        .find("X-GitHub-Delivery")
        .or(() -> message.find("X-Gitlab-Event-UUID"))
        .map(id -> id.substring(0, Math.min(id.length(), LONGEST_NAME)))
        .orElse(fingerprint);
  }

  private static byte[] body(HttpServletRequest http) throws IOException {
    byte[] body = http.getInputStream().readNBytes(LARGEST + 1);
    if (body.length > LARGEST) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE,
          "too-large",
          "the message has more than %d bytes".formatted(LARGEST),
          "choose fewer events for the webhook");
    }
    return body;
  }

  private Optional<Webhook> webhook(Place place) {
    try {
      return applications
          .find(place.application())
          .map(applied -> Manifest.read(applied.yaml(), System::getenv))
          .flatMap(manifest -> manifest.environment(place.environment()))
          .map(EnvironmentSpec::webhook);
    } catch (InvalidManifest e) {
      log.warn("webhook={} state=refused reason=\"{}\"", place, e.getMessage());
      return Optional.empty();
    }
  }

  private boolean proves(Webhook webhook, Message message) {
    try {
      return Proof.holds(webhook.sender(), message, secrets.resolve(webhook.secret()).reveal());
    } catch (SecretNotFound e) {
      log.warn("webhook=refused reason=\"{}\"", e.getMessage());
      return false;
    }
  }

  private static Refusal tooOften(HttpServletResponse response, String detail) {
    response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(Pace.PERIOD.toSeconds()));
    return new Refusal(
        HttpStatus.TOO_MANY_REQUESTS,
        "too-often",
        detail,
        "wait a minute; the limits are fairlead.deployer.webhooks of the deployer");
  }

  /** The same for an unknown application, one without a webhook, and a wrong secret. */
  private static Refusal stranger() {
    return new Refusal(
        HttpStatus.UNAUTHORIZED,
        "unproven",
        "the message is not signed with the secret of this webhook",
        "give the sender the secret that the manifest refers to; the deployer's log says more");
  }
}
