package dev.fairlead.deployer.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.manifest.Webhook.Sender;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.events.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A webhook")
class WebhookTest {

  private static final ArtifactSource ORDERS =
      new ArtifactSource.Image("registry.example.org/shop/orders:{version}");
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
          push, refs/tags/@babel/core, '', 'ignored: the tag @babel/core is no version'
          ping, refs/heads/main, main, ignored: the event ping asks for nothing
          """)
  @DisplayName("deploys one branch, or all tags")
  void git(String event, String ref, String branch, String expected) {
    String body =
        "{\"ref\":\"%s\",\"after\":\"%s\",\"pusher\":{\"name\":\"mona\"}}".formatted(ref, COMMIT);

    Push push = read(webhook(Sender.GITHUB, branch), message(body, "X-GitHub-Event", event));

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

    assertThat(read(webhook, message(deleted, "X-GitHub-Event", "push")))
        .isEqualTo(new Push.Ignored("refs/heads/main was deleted"));
    assertThat(read(webhook, message("payload=%7B", "X-GitHub-Event", "push")))
        .isInstanceOf(Push.Ignored.class);
  }

  @Test
  @DisplayName("understands GitLab's pushes of tags")
  void gitlab() {
    String body =
        "{\"ref\":\"refs/tags/2.0\",\"after\":\"%s\",\"user_username\":\"jsmith\"}"
            .formatted(COMMIT);

    assertThat(read(webhook(Sender.GITLAB, ""), message(body, "X-Gitlab-Event", "Tag Push Hook")))
        .isEqualTo(new Push.Wanted("2.0", null, COMMIT, "jsmith", null));
  }

  /** As they are sent, shortened. In both {@code after} is the tag, and not what it points to. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "GITHUB, X-GitHub-Event, push, github-annotated-tag.json",
    "GITLAB, X-Gitlab-Event, Tag Push Hook, gitlab-annotated-tag.json"
  })
  @DisplayName("names the commit behind an annotated tag, with its message and author")
  void annotated(Sender sender, String header, String event, String file) throws IOException {
    String body = Files.readString(Path.of("src/test/resources/webhook", file));
    assertThat(body).contains("\"after\": \"a4a0a1c1");

    assertThat(read(webhook(sender, ""), message(body, header, event)))
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

    assertThat(read(webhook(Sender.GITLAB, "main"), message(body, "X-Gitlab-Event", "Push Hook")))
        .isEqualTo(
            new Push.Wanted(
                "6dcb09b5b578",
                null,
                COMMIT,
                "jsmith",
                new CommitDetails("Newest", "Ada Lovelace")));
  }

  @ParameterizedTest(name = "{0}, allowed {3}: {4}")
  @CsvSource(
      textBlock =
          """
          GITHUB, X-GitHub-Event, push,          shop/orders, true
          GITHUB, X-GitHub-Event, push,          Shop/Orders, true
          GITHUB, X-GitHub-Event, push,          shop/other,  false
          GITLAB, X-Gitlab-Event, Tag Push Hook, shop/orders, true
          GITLAB, X-Gitlab-Event, Tag Push Hook, orders,      false
          GITHUB, X-GitHub-Event, push,          acme/evil,   false
          GITLAB, X-Gitlab-Event, Tag Push Hook, acme/evil,   false
          """)
  @DisplayName("listens to the one repository that the manifest allows")
  void repositoryOfGit(Sender sender, String header, String event, String allowed, boolean heard) {
    String body =
        """
        {"ref":"refs/tags/2.0","after":"%s",%s}
        """
            .formatted(
                COMMIT,
                sender == Sender.GITHUB
                    ? named("shop/orders", "acme/evil")
                    : named("acme/evil", "shop/orders"));
    Webhook webhook = new Webhook(sender, new SecretReference("secret:env:X"), "", "", allowed);

    Push push = read(webhook, message(body, header, event));

    if (heard) {
      assertThat(push).isInstanceOf(Push.Wanted.class);
    } else {
      assertThat(push)
          .isEqualTo(
              new Push.Ignored(
                  "pushes to shop/orders are not deployed; those to %s are".formatted(allowed)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"GITHUB, X-GitHub-Event, push", "GITLAB, X-Gitlab-Event, Tag Push Hook"})
  @DisplayName("that allows one repository does not listen to a message that names none")
  void nameless(Sender sender, String header, String event) {
    String body = "{\"ref\":\"refs/tags/2.0\",\"after\":\"%s\"}".formatted(COMMIT);
    Webhook webhook = new Webhook(sender, new SecretReference("secret:env:X"), "", "", "unknown");

    assertThat(read(webhook, message(body, header, event))).isInstanceOf(Push.Ignored.class);
  }

  private static String named(String byGithub, String byGitlab) {
    return "\"repository\":{\"full_name\":\"%s\"},\"project\":{\"path_with_namespace\":\"%s\"}"
        .formatted(byGithub, byGitlab);
  }

  /** The only one. */
  private static Push read(Webhook webhook, Message message) {
    List<Push> pushes = Pushes.read(webhook, ORDERS, message);
    assertThat(pushes).hasSize(1);
    return pushes.getFirst();
  }

  private static Webhook webhook(Sender sender, String branch) {
    return new Webhook(sender, new SecretReference("secret:env:X"), branch, "{short-commit}", null);
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
