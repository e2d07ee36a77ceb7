package dev.fairlead.deployer.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.Webhook;
import dev.fairlead.deployer.manifest.Webhook.Sender;
import dev.fairlead.events.SecretReference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A webhook of a registry")
class RegistryPushesTest {

  private static final ArtifactSource ORDERS =
      new ArtifactSource.Image("registry.example.org/shop/orders:{version}");
  private static final String AB = "ab".repeat(32);
  private static final String CD = "cd".repeat(32);
  private static final String EF = "ef".repeat(32);

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
                pushed("registry.example.org", "shop/orders", "7", AB),
                pushed("registry.example.org", "shop/orders", "8", EF));

    assertThat(read(webhook(null), ORDERS, body))
        .containsExactly(
            new Push.Wanted("7", "registry.example.org/shop/orders@sha256:" + AB, null, "ci", null),
            new Push.Wanted(
                "8", "registry.example.org/shop/orders@sha256:" + EF, null, "ci", null));
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
      String image, String host, String repository, @Nullable String allowed, String expected) {
    String body = "{\"events\":[%s]}".formatted(pushed(host, repository, "7", AB));

    List<Push> pushes = read(webhook(allowed), new ArtifactSource.Image(image), body);

    if (expected.equals("ignored")) {
      assertThat(pushes).singleElement().isInstanceOf(Push.Ignored.class);
      assertThat(pushes.toString()).contains("webhook.repository");
    } else {
      assertThat(pushes)
          .containsExactly(new Push.Wanted("7", expected + "@sha256:" + AB, null, "ci", null));
    }
  }

  @Test
  @DisplayName("of a registry takes the pushes to its own repository out of a message with others")
  void mixed() {
    String host = "registry.example.org";
    String body =
        "{\"events\":[%s,%s]}"
            .formatted(pushed(host, "shop/orders", "7", AB), pushed(host, "evil/orders", "8", CD));

    assertThat(only(body))
        .isEqualTo(new Push.Wanted("7", host + "/shop/orders@sha256:" + AB, null, "ci", null));
  }

  @ParameterizedTest(name = "tag {0}, digest {1}")
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          _cache, , the tag _cache is no version
          8, sha256:ef, "the digest 'sha256:ef' of the tag 8 is none of SHA-256"
          8, "", "the digest '' of the tag 8 is none of SHA-256"
          """)
  @DisplayName("of a registry deploys what can be deployed beside what cannot, and says why else")
  void undeployable(String tag, @Nullable String digest, String reason) {
    String other =
        """
        {"action":"push","target":{"repository":"shop/orders","tag":"%s","digest":"%s"}}
        """
            .formatted(tag, digest == null ? "sha256:" + EF : digest);
    String host = "registry.example.org";

    assertThat(only("{\"events\":[" + other + "]}")).isEqualTo(new Push.Ignored(reason));
    assertThat(only("{\"events\":[%s,%s]}".formatted(other, pushed(host, "shop/orders", "7", AB))))
        .isEqualTo(new Push.Wanted("7", host + "/shop/orders@sha256:" + AB, null, "ci", null));
  }

  private static String pushed(String host, String repository, String tag, String digest) {
    return """
    {"action":"push","target":{"repository":"%s","tag":"%s","digest":"sha256:%s"},
     "request":{"host":"%s"},"actor":{"name":"ci"}}
    """
        .formatted(repository, tag, digest, host);
  }

  private static Push only(String body) {
    List<Push> pushes = read(webhook(null), ORDERS, body);
    assertThat(pushes).hasSize(1);
    return pushes.getFirst();
  }

  private static List<Push> read(Webhook webhook, ArtifactSource artifact, String body) {
    return Pushes.read(webhook, artifact, new Message(name -> null, body.getBytes(UTF_8)));
  }

  private static Webhook webhook(@Nullable String repository) {
    return new Webhook(
        Sender.REGISTRY, new SecretReference("secret:env:X"), "", "{short-commit}", repository);
  }
}
