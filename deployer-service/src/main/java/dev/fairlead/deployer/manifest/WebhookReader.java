package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.Webhook.Sender;
import dev.fairlead.events.SecretReference;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code webhook}: pushes that ask for a deployment. */
final class WebhookReader {

  private static final Map<String, Sender> SENDERS =
      Map.of("github", Sender.GITHUB, "gitlab", Sender.GITLAB, "registry", Sender.REGISTRY);
  private static final SecretReference NONE = new SecretReference("secret:env:NONE");

  private WebhookReader() {}

  static @Nullable Webhook read(Section top, ApprovalPolicy approval) {
    if (!top.has("webhook")) {
      return null;
    }
    Section section = top.section("webhook");
    if (approval.required()) {
      top.violate(
          "webhook", "nobody stands behind a push; where approval is required, promote instead");
    }
    Webhook webhook =
        new Webhook(
            section.required("from", Scalars.oneOfWords(SENDERS), Sender.GITHUB),
            section.required("secret", SecretReference::new, NONE),
            section.or("branch", Function.identity(), ""),
            section.or("version", Scalars::filledText, "{short-commit}"),
            section.optional("repository", Scalars::filledText).orElse(null));
    section.end();
    return webhook;
  }
}
