package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.plan.CommitDetails;
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

  static Push read(Webhook webhook, Message message) {
    try {
      JsonNode body = JSON.readTree(message.body());
      return switch (webhook.sender()) {
        case GITHUB -> ofEvent(webhook, message, "X-GitHub-Event", "push", body);
        case GITLAB -> ofEvent(webhook, message, "X-Gitlab-Event", "Push Hook", body);
        case REGISTRY -> ofRegistry(body);
      };
    } catch (JacksonException e) {
      return new Push.Ignored("the body is no JSON; choose the content type application/json");
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
    String ref = text(body, "/ref");
    String commit = text(body, "/after");
    String by = first(body, "/pusher/name", "/user_username", "/user_name").orElse("unknown");
    if (commit.chars().allMatch(digit -> digit == '0')) {
      return new Push.Ignored("%s was deleted".formatted(ref));
    }
    CommitDetails details = details(body, commit);
    if (ref.startsWith(TAG)) {
      return webhook.branch().isEmpty()
          ? new Push.Wanted(ref.substring(TAG.length()), null, commit, by, details)
          : new Push.Ignored("tags are not deployed; branch %s is".formatted(webhook.branch()));
    }
    if (!webhook.branch().isEmpty() && ref.equals(BRANCH + webhook.branch())) {
      return new Push.Wanted(version(webhook, commit), null, commit, by, details);
    }
    return new Push.Ignored("%s is not what is deployed".formatted(ref));
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

  /** A notification of the Distribution registry; of several images the last that has a tag. */
  private static Push ofRegistry(JsonNode body) {
    Push push = new Push.Ignored("no tag was pushed");
    for (JsonNode event : body.path("events")) {
      String tag = text(event, "/target/tag");
      if (text(event, "/action").equals("push") && !tag.isEmpty()) {
        String host = text(event, "/request/host");
        String image =
            "%s@%s".formatted(text(event, "/target/repository"), text(event, "/target/digest"));
        push =
            new Push.Wanted(
                tag,
                host.isEmpty() ? image : host + "/" + image,
                null,
                first(event, "/actor/name").orElse("unknown"),
                null);
      }
    }
    return push;
  }

  private static String text(JsonNode node, String pointer) {
    return node.at(pointer).asString("");
  }

  private static Optional<String> first(JsonNode node, String... pointers) {
    for (String pointer : pointers) {
      String found = text(node, pointer);
      if (!found.isEmpty()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
