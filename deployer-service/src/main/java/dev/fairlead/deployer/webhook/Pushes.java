package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what senders send. Pure; what it does not know it ignores. */
final class Pushes {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String BRANCH = "refs/heads/";
  private static final String TAG = "refs/tags/";
  private static final int SHORT = 12;

  private Pushes() {}

  /** What is wanted, or once why nothing is. */
  static List<Push> read(Webhook webhook, ArtifactSource artifact, Message message) {
    try {
      JsonNode body = JSON.readTree(message.body());
      return switch (webhook.sender()) {
        case GITHUB -> List.of(ofEvent(webhook, message, "X-GitHub-Event", "push", body));
        case GITLAB -> List.of(ofEvent(webhook, message, "X-Gitlab-Event", "Push Hook", body));
        case REGISTRY -> RegistryPushes.read(webhook, artifact, body);
      };
    } catch (JacksonException e) {
      return List.of(
          new Push.Ignored("the body is no JSON; choose the content type application/json"));
    }
  }

  private static Push ofEvent(
      Webhook webhook, Message message, String header, String wanted, JsonNode body) {
    String event = message.find(header).orElse("");
    return event.endsWith(wanted)
        ? ofGit(webhook, body)
        : new Push.Ignored("the event %s asks for nothing".formatted(event));
  }

  private static Push ofGit(Webhook webhook, JsonNode body) {
    Optional<String> repository = repository(webhook, body);
    String meant = webhook.repository();
    if (meant != null && repository.filter(meant::equalsIgnoreCase).isEmpty()) {
      return new Push.Ignored(
          "pushes to %s are not deployed; those to %s are"
              .formatted(repository.orElse("a repository without a name"), meant));
    }
    String ref = text(body, "/ref");
    String commit = commit(body);
    String by = first(body, "/pusher/name", "/user_username", "/user_name").orElse("unknown");
    if (text(body, "/after").chars().allMatch(digit -> digit == '0')) {
      return new Push.Ignored("%s was deleted".formatted(ref));
    }
    CommitDetails details = details(body, commit);
    if (ref.startsWith(TAG)) {
      String tag = ref.substring(TAG.length());
      String obstacle = obstacle(webhook, tag);
      return obstacle.isEmpty()
          ? new Push.Wanted(tag, null, commit, by, details)
          : new Push.Ignored(obstacle);
    }
    if (!webhook.branch().isEmpty() && ref.equals(BRANCH + webhook.branch())) {
      return new Push.Wanted(version(webhook, commit), null, commit, by, details);
    }
    return new Push.Ignored("%s is not what is deployed".formatted(ref));
  }

  private static String obstacle(Webhook webhook, String tag) {
    if (!webhook.branch().isEmpty()) {
      return "tags are not deployed; branch %s is".formatted(webhook.branch());
    }
    return Version.isValid(tag) ? "" : "the tag %s is no version".formatted(tag);
  }

  private static Optional<String> repository(Webhook webhook, JsonNode body) {
    return switch (webhook.sender()) {
      case GITHUB -> first(body, "/repository/full_name");
      case GITLAB -> first(body, "/project/path_with_namespace");
      case REGISTRY -> Optional.empty();
    };
  }

  /**
   * The commit, also behind an annotated tag, of which {@code after} is the tag's own object:
   * GitHub says it in {@code head_commit} (changelog of 2021-10-01), GitLab in {@code
   * checkout_sha}.
   */
  private static String commit(JsonNode body) {
    return first(body, "/head_commit/id", "/checkout_sha", "/after").orElse("");
  }

  /** GitHub names the newest commit, also behind a tag; GitLab has it among those of the push. */
  private static @Nullable CommitDetails details(JsonNode body, String commit) {
    JsonNode newest = body.path("head_commit");
    for (JsonNode pushed : body.path("commits")) {
      if (text(pushed, "/id").equals(commit)) {
        newest = pushed;
      }
    }
    return CommitDetails.told(text(newest, "/message"), text(newest, "/author/name"));
  }

  private static String version(Webhook webhook, String commit) {
    return webhook
        .version()
        .replace("{commit}", commit)
        .replace("{short-commit}", commit.substring(0, Math.min(SHORT, commit.length())));
  }

  static String text(JsonNode node, String pointer) {
    return node.at(pointer).asString("");
  }

  static Optional<String> first(JsonNode node, String... pointers) {
    for (String pointer : pointers) {
      String found = text(node, pointer);
      if (!found.isEmpty()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
