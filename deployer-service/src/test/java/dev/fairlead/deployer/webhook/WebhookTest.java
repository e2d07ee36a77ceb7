package dev.fairlead.deployer.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.manifest.Webhook.Sender;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.events.SecretReference;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A webhook")
class WebhookTest {

  private static final String COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

  /** The example of GitHub's documentation "Validating webhook deliveries". */
  @Test
  @DisplayName("believes GitHub's signature of exactly this body")
  void github() {
    String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    String secret = "It's a Secret to Everybody";

    assertThat(holds(Sender.GITHUB, "X-Hub-Signature-256", signature, "Hello, World!", secret))
        .isTrue();
    assertThat(holds(Sender.GITHUB, "X-Hub-Signature-256", signature, "Hello, World?", secret))
        .isFalse();
    assertThat(holds(Sender.GITHUB, "X-Hub-Signature-256", signature, "Hello, World!", "other"))
        .isFalse();
    assertThat(holds(Sender.GITHUB, "X-Hub-Signature", signature, "Hello, World!", secret))
        .isFalse();
    assertThat(holds(Sender.GITHUB, "X-Gitlab-Token", secret, "Hello, World!", secret)).isFalse();
  }

  @Test
  @DisplayName("believes GitLab and registries that send the secret, and nothing near it")
  void tokens() {
    assertThat(holds(Sender.GITLAB, "x-gitlab-token", "s3cr3t", "{}", "s3cr3t")).isTrue();
    assertThat(holds(Sender.GITLAB, "X-Gitlab-Token", "s3cr3", "{}", "s3cr3t")).isFalse();
    assertThat(holds(Sender.GITLAB, "X-Gitlab-Token", "", "{}", "s3cr3t")).isFalse();
    assertThat(holds(Sender.REGISTRY, "Authorization", "Bearer s3cr3t", "{}", "s3cr3t")).isTrue();
    assertThat(holds(Sender.REGISTRY, "Authorization", "s3cr3t", "{}", "s3cr3t")).isFalse();
  }

  @ParameterizedTest(name = "{0} {1}, deploying branch ''{2}'': {3}")
  @CsvSource(
      textBlock =
          """
          push, refs/heads/main, main, 6dcb09b5b578
          push, refs/heads/fix,  main, ignored: refs/heads/fix is not what is deployed
          push, refs/tags/v1.2,  main, ignored: tags are not deployed; branch main is
          push, refs/tags/v1.2,  '',   v1.2
          push, refs/heads/main, '',   ignored: refs/heads/main is not what is deployed
          ping, refs/heads/main, main, ignored: the event ping asks for nothing
          """)
  @DisplayName("deploys one branch, or all tags")
  void git(String event, String ref, String branch, String expected) {
    String body =
        "{\"ref\":\"%s\",\"after\":\"%s\",\"pusher\":{\"name\":\"mona\"}}".formatted(ref, COMMIT);

    Push push = Pushes.read(webhook(Sender.GITHUB, branch), message(body, "X-GitHub-Event", event));

    assertThat(push)
        .isEqualTo(
            expected.startsWith("ignored: ")
                ? new Push.Ignored(expected.substring("ignored: ".length()))
                : new Push.Wanted(expected, null, COMMIT, "mona", null));
  }

  @Test
  @DisplayName("deploys nothing for a branch that was deleted, or a body that it cannot read")
  void nothing() {
    String deleted = "{\"ref\":\"refs/heads/main\",\"after\":\"%s\"}".formatted("0".repeat(40));
    Webhook webhook = webhook(Sender.GITHUB, "main");

    assertThat(Pushes.read(webhook, message(deleted, "X-GitHub-Event", "push")))
        .isEqualTo(new Push.Ignored("refs/heads/main was deleted"));
    assertThat(Pushes.read(webhook, message("payload=%7B", "X-GitHub-Event", "push")))
        .isInstanceOf(Push.Ignored.class);
  }

  @Test
  @DisplayName("understands GitLab's pushes of tags")
  void gitlab() {
    String body =
        "{\"ref\":\"refs/tags/2.0\",\"after\":\"%s\",\"user_username\":\"jsmith\"}"
            .formatted(COMMIT);

    assertThat(
            Pushes.read(
                webhook(Sender.GITLAB, ""), message(body, "X-Gitlab-Event", "Tag Push Hook")))
        .isEqualTo(new Push.Wanted("2.0", null, COMMIT, "jsmith", null));
  }

  @Test
  @DisplayName("takes the newest commit's message and author from GitHub's pushes")
  void commitOnGithub() {
    String body =
        """
        {"ref":"refs/tags/v1.2","after":"%s","pusher":{"name":"mona"},
         "commits":[],
         "head_commit":{"id":"0d1a26e6","message":"Charge once\\n\\nAt last.",
           "author":{"name":"Ada Lovelace","email":"ada@example.org"}}}
        """
            .formatted(COMMIT);

    assertThat(Pushes.read(webhook(Sender.GITHUB, ""), message(body, "X-GitHub-Event", "push")))
        .isEqualTo(
            new Push.Wanted(
                "v1.2", null, COMMIT, "mona", new CommitDetails("Charge once", "Ada Lovelace")));
  }

  @Test
  @DisplayName("finds the newest commit among those of GitLab's pushes")
  void commitOnGitlab() {
    String body =
        """
        {"ref":"refs/heads/main","after":"%s","user_username":"jsmith",
         "commits":[
           {"id":"b6568db1","message":"Older","author":{"name":"Bob"}},
           {"id":"%s","message":"Newest","author":{"name":"Ada Lovelace"}}]}
        """
            .formatted(COMMIT, COMMIT);

    assertThat(
            Pushes.read(
                webhook(Sender.GITLAB, "main"), message(body, "X-Gitlab-Event", "Push Hook")))
        .isEqualTo(
            new Push.Wanted(
                "6dcb09b5b578",
                null,
                COMMIT,
                "jsmith",
                new CommitDetails("Newest", "Ada Lovelace")));
  }

  @Test
  @DisplayName("pins an image that was pushed to a registry to its digest")
  void registry() {
    String body =
        """
        {"events":[
          {"action":"pull","target":{"repository":"shop/orders","tag":"1"}},
          {"action":"push","target":{"repository":"shop/orders","tag":"7","digest":"sha256:ab"},
           "request":{"host":"registry.example.org"},"actor":{"name":"ci"}},
          {"action":"push","target":{"repository":"shop/orders","digest":"sha256:cd"}}]}
        """;

    assertThat(Pushes.read(webhook(Sender.REGISTRY, ""), message(body, "A", "B")))
        .isEqualTo(
            new Push.Wanted("7", "registry.example.org/shop/orders@sha256:ab", null, "ci", null));
  }

  private static Webhook webhook(Sender sender, String branch) {
    return new Webhook(sender, new SecretReference("secret:env:X"), branch, "{short-commit}");
  }

  private static boolean holds(
      Sender sender, String header, String value, String body, String secret) {
    return Proof.holds(sender, message(body, header, value), secret);
  }

  private static Message message(String body, String header, String value) {
    Map<String, String> headers = new HashMap<>();
    headers.put(header.toLowerCase(Locale.ROOT), value);
    return new Message(name -> headers.get(name.toLowerCase(Locale.ROOT)), body.getBytes(UTF_8));
  }
}
