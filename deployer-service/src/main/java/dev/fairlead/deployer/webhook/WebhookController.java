package dev.fairlead.deployer.webhook;

import static java.util.Objects.requireNonNull;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.webhook.Listeners.Listener;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.secret.Secrets;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  private static final int LONGEST_NAME = 100;

  private final Applications applications;
  private final Listeners listeners;
  private final DeploymentDesk desk;
  private final Deliveries deliveries;
  private final TransactionTemplate transaction;
  private final Pace pace;
  private final Intakes intakes;
  private final MeterRegistry meters;
  private final Clock clock;

  WebhookController(
      Applications applications,
      Secrets secrets,
      DeploymentDesk desk,
      JdbcClient database,
      TransactionTemplate transaction,
      Pace pace,
      DeployerSettings settings,
      MeterRegistry meters,
      Clock clock) {
    this.applications = applications;
    this.listeners = new Listeners(applications, secrets);
    this.desk = desk;
    this.deliveries = new Deliveries(database);
    this.transaction = transaction;
    this.pace = pace;
    this.intakes = new Intakes(settings.webhooks().patience());
    this.meters = meters;
    this.clock = clock;
  }

  @PostMapping("/webhooks/{application}/{environment}")
  ResponseEntity<Map<String, Object>> receive(
      @PathVariable ApplicationName application,
      @PathVariable EnvironmentName environment,
      HttpServletRequest http,
      HttpServletResponse response) {
    try {
      return received(new Place(application, environment), http, response);
    } catch (Refusal refusal) {
      meters.counter("fairlead.webhooks.refused", "reason", refusal.code()).increment();
      throw refusal;
    }
  }

  private ResponseEntity<Map<String, Object>> received(
      Place place, HttpServletRequest http, HttpServletResponse response) {
    Message head = new Message(http::getHeader, new byte[0]);
    Intake.refuseLarge(http);
    Optional<Listener> listener = listeners.at(place).filter(one -> one.mayHear(head));
    if (listener.isEmpty()) {
      throw unproven(http, response);
    }
    try {
      Message message =
          intake(listener.get(), http)
              .read(http, body -> proved(new Message(http::getHeader, body), listener.get()))
              .orElseThrow(() -> unproven(http, response));
      return heard(place, listener.get().spec(), message, response);
    } catch (Unread inVain) {
      if (!listener.get().provesItselfAhead()) {
        pace.forgives(Origin.of(http.getRemoteAddr()));
      }
      throw inVain;
    }
  }

  /** Only this takes a place among those that are read: what is proved is used without one. */
  private static Optional<Message> proved(Message message, Listener listener) {
    return listener.hears(message) ? Optional.of(message) : Optional.empty();
  }

  private Intake intake(Listener listener, HttpServletRequest http) {
    if (listener.provesItselfAhead()) {
      return intakes.proved();
    }
    return pace.trusts(Origin.of(http.getRemoteAddr())) ? intakes.unproved() : intakes.suspected();
  }

  private ResponseEntity<Map<String, Object>> heard(
      Place place, EnvironmentSpec spec, Message message, HttpServletResponse response) {
    Webhook webhook = requireNonNull(spec.webhook());
    List<Push.Wanted> wanted = new ArrayList<>();
    for (Push push : Pushes.read(webhook, spec.artifact(), message)) {
      switch (push) {
        case Push.Ignored(String reason) -> {
          return ResponseEntity.ok(Map.of("ignored", reason));
        }
        case Push.Wanted one -> wanted.add(one);
      }
    }
    if (applications.at(place).filter(AppliedManifest.At::gone).isPresent()) {
      return ResponseEntity.ok(Map.of("ignored", "%s was removed".formatted(place)));
    }
    if (!pace.admits(place)) {
      throw tooOften(response, "the webhook of %s is used too often".formatted(place));
    }
    return request(place, webhook, message, wanted);
  }

  /** All or none. One message is one delivery, of whatever number of pushes. */
  private ResponseEntity<Map<String, Object>> request(
      Place place, Webhook webhook, Message message, List<Push.Wanted> wanted) {
    String fingerprint = message.fingerprint();
    Map<String, Request> requests = new LinkedHashMap<>();
    for (Push.Wanted one : wanted) {
      String key =
          "webhook:%s:%s".formatted(place, fingerprint)
              + (requests.isEmpty() ? "" : ":" + requests.size());
      requests.put(key, request(place, webhook, one, DeploymentId.forRequest(key)));
    }
    List<DeploymentId> begun = new ArrayList<>();
    transaction.executeWithoutResult(
        status -> {
          if (deliveries.isNew(place, deliveryOf(message, fingerprint), fingerprint)) {
            requests.forEach(
                (key, request) -> {
                  DeploymentDesk.Begun made = desk.requestAndAnnounce(request, key);
                  if (made.isNew()) {
                    begun.add(made.deployment().id());
                  }
                });
          }
        });
    return begun.isEmpty()
        ? ResponseEntity.ok(Map.of("ignored", "it was delivered before"))
        : ResponseEntity.accepted()
            .body(Map.of("deployment", begun.getFirst(), "deployments", begun));
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

  private Refusal unproven(HttpServletRequest http, HttpServletResponse response) {
    return pace.forgives(Origin.of(http.getRemoteAddr()))
        ? stranger()
        : tooOften(response, "this address has sent too many messages that prove nothing");
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
