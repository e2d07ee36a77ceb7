package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.Pushing.path;
import static dev.fairlead.deployer.journey.Pushing.signature;
import static dev.fairlead.deployer.journey.Pushing.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everybody has an address of the loopback network; one of them is a trusted proxy's. */
@DisplayName("Under siege, a push")
class WebhookSiegeTest {

  private static final int UNPROVEN = 5;
  private static final int MB = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String PROXY = "127.0.0.9";
  private static final String FORGED = "X-Hub-Signature-256: sha256=" + "0".repeat(64);

  private static Stage stage;
  private static Pushing pushing;

  /** In Kubernetes Spring Boot would believe every private address. */
  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    stage =
        Stage.set(
            temporary,
            "--spring.main.cloud-platform=kubernetes",
            "--server.tomcat.connection-timeout=60s",
            "--fairlead.security.trusted-proxies=" + PROXY,
            "--fairlead.deployer.webhooks.unproven-per-minute=" + UNPROVEN,
            "--fairlead.deployer.webhooks.patience=15s");
    pushing = new Pushing(stage, temporary);
    pushing.applied("besieged", "github");
  }

  @AfterAll
  static void strike() {
    stage.close();
  }

  @Test
  @DisplayName("that is small gets through, and a large one as soon as those who stall are late")
  void stalled() throws Exception {
    String large = "{\"ref\":\"%s\"}".formatted("x".repeat(3 * MB));
    try (SlowSender one = stalling("127.0.0.2", 5 * MB - 1);
        SlowSender two = stalling("127.0.0.3", 5 * MB - 1);
        SlowSender three = stalling("127.0.0.4", 2 * MB)) {
      await().until(() -> pushed(large, "large") == 503);
      assertThat(pushed(tag("1"), "small")).isEqualTo(202);
      assertThat(refused("busy")).isPositive();

      await().atMost(LONG).until(() -> pushed(large, "large") == 200);
      assertThat(SlowSender.answered(List.of(one, two, three)))
          .as("the connections of those who stall are still open")
          .isZero();
    }
  }

  @Test
  @DisplayName("that trickles is cut off")
  void trickling() throws Exception {
    try (SlowSender drips = new SlowSender(receiver(), "127.0.0.6", FORGED, 4 * MB)) {
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                drips.send(1);
                return drips.isAnswered();
              });
      assertThat(drips.status()).isEqualTo(408);
      assertThat(drips.isHungUp()).isTrue();
    }
    assertThat(refused("too-slow")).isPositive();
  }

  @Test
  @DisplayName("counts for its own address, whatever it says that it was forwarded for")
  void forged() throws Exception {
    for (int number = 0; number < UNPROVEN; number++) {
      assertThat(unproven("127.0.0.5", "198.51.100." + number)).isEqualTo(401);
    }

    assertThat(unproven("127.0.0.5", "198.51.100.99")).isEqualTo(429);
    assertThat(unproven("127.0.0.5", PROXY)).isEqualTo(429);
    assertThat(unproven(PROXY, "198.51.100.0")).as("who was named is not to blame").isEqualTo(401);
    assertThat(refused("too-often")).isPositive();
  }

  @Test
  @DisplayName("through a trusted proxy counts for whom the proxy has seen")
  void forwarded() throws Exception {
    for (int number = 0; number < UNPROVEN; number++) {
      assertThat(unproven(PROXY, "198.51.100.%d, 203.0.113.7".formatted(number))).isEqualTo(401);
    }

    assertThat(unproven(PROXY, "198.51.100.99, 203.0.113.7")).isEqualTo(429);
    assertThat(unproven(PROXY, "203.0.113.7, " + PROXY)).as("through two of them").isEqualTo(429);
    assertThat(unproven(PROXY, "203.0.113.8")).isEqualTo(401);
  }

  @Test
  @DisplayName("from any address of an IPv6 subscriber counts for all of his")
  void subscriber() throws Exception {
    for (int number = 0; number < UNPROVEN; number++) {
      assertThat(unproven(PROXY, "2001:db8:1:2::" + number)).isEqualTo(401);
    }

    assertThat(unproven(PROXY, "2001:db8:1:2:ffff::1")).isEqualTo(429);
    assertThat(unproven(PROXY, "2001:db8:1:3::1")).isEqualTo(401);
  }

  private static SlowSender stalling(String from, int bytes) throws Exception {
    SlowSender sender = new SlowSender(receiver(), from, FORGED, 5 * MB);
    sender.send(bytes);
    return sender;
  }

  private static int pushed(String body, String id) throws Exception {
    return pushing.github("besieged", body, signature(body), id).status();
  }

  private static int unproven(String from, String forwardedFor) throws Exception {
    try (SlowSender sender =
        new SlowSender(receiver(), from, "X-Forwarded-For: " + forwardedFor, 0)) {
      return sender.status();
    }
  }

  private static URI receiver() {
    return stage.deployer(path("besieged"));
  }

  private static double refused(String reason) {
    String name = "fairlead_webhooks_refused_total{reason=\"%s\"} ".formatted(reason);
    return stage
        .text("/actuator/prometheus")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }
}
