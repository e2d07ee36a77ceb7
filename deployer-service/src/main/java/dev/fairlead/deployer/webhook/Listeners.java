package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.InvalidManifest;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.events.Place;
import dev.fairlead.service.secret.SecretNotFound;
import dev.fairlead.service.secret.Secrets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who listens to pushes: what the manifests say now. */
final class Listeners {

  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final Applications applications;
  private final Secrets secrets;

  Listeners(Applications applications, Secrets secrets) {
    this.applications = applications;
    this.secrets = secrets;
  }

  /** Who is spoken to, and the secret by which it knows who speaks. */
  record Listener(EnvironmentSpec spec, Webhook webhook, String secret) {

    /** By the head of the message alone. */
    boolean provesItselfAhead() {
      return webhook.sender() != Webhook.Sender.GITHUB;
    }

    boolean mayHear(Message head) {
      return Proof.mayHold(webhook.sender(), head, secret);
    }

    boolean hears(Message message) {
      return Proof.holds(webhook.sender(), message, secret);
    }
  }

  /**
   * Empty also where the manifest or the secret is no good: the log says so, the sender need not
   * know.
   */
  Optional<Listener> at(Place place) {
    try {
      return applications
          .find(place.application())
          .map(applications::manifest)
          .flatMap(manifest -> manifest.environment(place.environment()))
          .flatMap(this::listener);
    } catch (InvalidManifest e) {
      log.warn("webhook={} state=refused reason=\"{}\"", place, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Listener> listener(EnvironmentSpec spec) {
    try {
      return Optional.ofNullable(spec.webhook())
          .map(webhook -> new Listener(spec, webhook, secrets.resolve(webhook.secret()).reveal()));
    } catch (SecretNotFound e) {
      log.warn("webhook=refused reason=\"{}\"", e.getMessage());
      return Optional.empty();
    }
  }
}
