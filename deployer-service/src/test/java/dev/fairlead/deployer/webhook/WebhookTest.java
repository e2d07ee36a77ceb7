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

  @Test
  @DisplayName("pins images that were pushed to a registry to their digests, all of a message")
  void registry() {
    String body =
        """
        {"events":[
          {"action":"pull","target":{"repository":"shop/orders","tag":"1"}},
          %s, %s,
          {"action":"push","target":{"repository":"shop/orders","digest":"sha256:cd"}}]}
        """
            .formatted(
                pushed("registry.example.org", "shop/orders", "7", "ab"),
                pushed("registry.example.org", "shop/orders", "8", "ef"));

    assertThat(Pushes.read(webhook(Sender.REGISTRY, ""), ORDERS, message(body, "A", "B")))
        .containsExactly(
            new Push.Wanted("7", "registry.example.org/shop/orders@sha256:ab", null, "ci", null),
            new Push.Wanted("8", "registry.example.org/shop/orders@sha256:ef", null, "ci", null));
  }

  /** Whoever may push anything to a registry is heard by all webhooks with its secret. */
  @ParameterizedTest(name = "{0} pushed as {1} {2}, allowed {3}: {4}")
  @CsvSource(
      textBlock =
          """
          registry.example.org/shop/orders:{version}, registry.example.org,     shop/orders, , registry.example.org/shop/orders
          registry.example.org/shop/orders:{version}, Registry.Example.Org:443, shop/orders, , registry.example.org/shop/orders
          registry.example.org:443/shop/orders,       registry.example.org,     shop/orders, , registry.example.org:443/shop/orders
          registry.example.org/shop/orders:{version}, '',                       shop/orders, , registry.example.org/shop/orders
          registry.example.org/shop/orders:{version}, registry.example.org,     evil/orders, , ignored
          registry.example.org/shop/orders:{version}, '',                       evil/orders, , ignored
          registry.example.org/shop/orders:{version}, registry.example.org,     shop/orders/x, , ignored
          registry.example.org/shop/orders:{version}, evil.example.org,         shop/orders, , ignored
          registry.example.org/shop/orders:{version}, registry.example.org:5000, shop/orders, , ignored
          registry.example.org/shop/orders:{version}, registry:5000, shop/orders, registry:5000/shop/orders, registry.example.org/shop/orders
          registry.example.org/shop/orders:{version}, anything,      shop/orders, shop/orders,               registry.example.org/shop/orders
          registry.example.org/shop/orders:{version}, registry.example.org, shop/orders, registry:5000/shop/orders, ignored
          shop/orders:{version},                      registry.example.org, shop/orders, registry.example.org/shop/orders, registry.example.org/shop/orders
          shop/orders:{version},                      registry.example.org, shop/orders, , ignored
          """)
  @DisplayName("listens to a registry's pushes to the manifest's image, and pulls no other")
  void repositoryOfRegistry(
      String image, String host, String repository, String allowed, String expected) {
    String body = "{\"events\":[%s]}".formatted(pushed(host, repository, "7", "ab"));
    Webhook webhook =
        new Webhook(Sender.REGISTRY, new SecretReference("secret:env:X"), "", "", allowed);

    List<Push> pushes =
        Pushes.read(webhook, new ArtifactSource.Image(image), message(body, "A", "B"));

    if (expected.equals("ignored")) {
      assertThat(pushes).singleElement().isInstanceOf(Push.Ignored.class);
      assertThat(pushes.toString()).contains("webhook.repository");
    } else {
      assertThat(pushes)
          .containsExactly(new Push.Wanted("7", expected + "@sha256:ab", null, "ci", null));
    }
  }

  @Test
  @DisplayName("of a registry takes the pushes to its own repository out of a message with others")
  void mixed() {
    String host = "registry.example.org";
    String body =
        "{\"events\":[%s,%s]}"
            .formatted(
                pushed(host, "shop/orders", "7", "ab"), pushed(host, "evil/orders", "8", "cd"));

    assertThat(read(webhook(Sender.REGISTRY, ""), message(body, "A", "B")))
        .isEqualTo(new Push.Wanted("7", host + "/shop/orders@sha256:ab", null, "ci", null));
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
                    ? "\"repository\":{\"full_name\":\"shop/orders\"}"
                    : "\"project\":{\"path_with_namespace\":\"shop/orders\"}");
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

  private static String pushed(String host, String repository, String tag, String digest) {
    return """
    {"action":"push","target":{"repository":"%s","tag":"%s","digest":"sha256:%s"},
     "request":{"host":"%s"},"actor":{"name":"ci"}}
    """
        .formatted(repository, tag, digest, host);
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
