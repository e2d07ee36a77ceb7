package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.image.ImageReference;
import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.events.Version;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Notifications of a Distribution registry, which sends to all endpoints what is pushed to any of
 * its repositories (CNCF Distribution, "Work with notifications"). What is deployed is the digest
 * that was pushed, of the image that the manifest names: the message cannot name another one.
 */
final class RegistryPushes {

  /** What an address without a port means; registries and their clients leave it out or not. */
  private static final String HTTPS = ":443";

  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private RegistryPushes() {}

  /** One for each tag of the repository that was pushed, or once why nothing is wanted. */
  static List<Push> read(Webhook webhook, ArtifactSource artifact, JsonNode body) {
    if (!(artifact instanceof ArtifactSource.Image image)) {
      return ignored("the manifest has no artifact.image, and nothing else is in a registry");
    }
    ImageReference own = new ImageReference(image.pattern());
    ImageReference wanted =
        Optional.ofNullable(webhook.repository()).map(ImageReference::new).orElse(own);
    String name = own.registry().isPresent() ? own.name() : wanted.name();
    if (new ImageReference(name).registry().isEmpty()) {
      return ignored(
          "neither artifact.image nor webhook.repository names the registry; say it in one of them");
    }
    return read(wanted, name, body);
  }

  private static List<Push> read(ImageReference wanted, String name, JsonNode body) {
    Set<Push> pushes = new LinkedHashSet<>();
    String reason = "no tag was pushed";
    for (JsonNode event : body.path("events")) {
      String tag = Pushes.text(event, "/target/tag");
      if (!Pushes.text(event, "/action").equals("push") || tag.isEmpty()) {
        continue;
      }
      Optional<String> obstacle = obstacle(wanted, event, tag);
      if (obstacle.isPresent()) {
        reason = obstacle.get();
      } else {
        String artifact = "%s@%s".formatted(name, digest(event));
        String by = Pushes.first(event, "/actor/name").orElse("unknown");
        pushes.add(new Push.Wanted(tag, artifact, null, by, null));
      }
    }
    return pushes.isEmpty() ? ignored(reason) : List.copyOf(pushes);
  }

  private static Optional<String> obstacle(ImageReference wanted, JsonNode event, String tag) {
    if (!isOf(wanted, event)) {
      return Optional.of(
          "pushes to %s are not deployed; those to %s are (webhook.repository, else artifact.image)"
              .formatted(named(event), wanted.name()));
    }
    if (!Version.isValid(tag)) {
      return Optional.of("the tag %s is no version".formatted(tag));
    }
    return DIGEST.matcher(digest(event)).matches()
        ? Optional.empty()
        : Optional.of(
            "the digest '%s' of the tag %s is none of SHA-256".formatted(digest(event), tag));
  }

  private static String digest(JsonNode event) {
    return Pushes.text(event, "/target/digest");
  }

  /** By the repository alone where one of both names no registry. */
  private static boolean isOf(ImageReference wanted, JsonNode event) {
    String host = host(event);
    return wanted.repository().equals(Pushes.text(event, "/target/repository"))
        && (host.isEmpty() || wanted.registry().map(registry -> same(registry, host)).orElse(true));
  }

  private static boolean same(String registry, String host) {
    return withoutUsualPort(registry).equals(withoutUsualPort(host));
  }

  private static String withoutUsualPort(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(HTTPS) ? lower.substring(0, lower.length() - HTTPS.length()) : lower;
  }

  private static String named(JsonNode event) {
    String repository = Pushes.text(event, "/target/repository");
    return host(event).isEmpty() ? repository : host(event) + "/" + repository;
  }

  /** As the one who pushed called the registry; not every registry says so. */
  private static String host(JsonNode event) {
    return Pushes.text(event, "/request/host");
  }

  private static List<Push> ignored(String reason) {
    return List.of(new Push.Ignored(reason));
  }
}
