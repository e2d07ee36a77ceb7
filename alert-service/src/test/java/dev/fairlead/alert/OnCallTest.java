package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.AlertEvent.OnCallChanged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("Who is on call, as the service tells it on a real bus")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OnCallTest {

  private static Path folder;
  private static AlertProcess alert;

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    alert = AlertProcess.start(folder, schedule("alice"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (alert != null) {
      alert.close();
    }
  }

  @Test
  @Order(1)
  @DisplayName("is not changed by what makes no sense, and the answer says why")
  void refused() throws Exception {
    assertRefused("{\"person\":\"dave\",\"reason\":\"swap\"}", "an override needs an end");
    assertRefused(
        "{\"person\":\"dave\",\"duration\":\"365d\",\"reason\":\"swap\"}",
        "expected at most 90 days");
    assertRefused(
        "{\"person\":\"dave\",\"until\":\"2020-01-01T00:00:00Z\",\"reason\":\"swap\"}",
        "would last from");
    assertRefused(
        "{\"person\":\"dave\",\"insteadOf\":\"nina\",\"duration\":\"1h\",\"reason\":\"swap\"}",
        "'nina' has no turns in the schedule of night-shift");
    assertThat(alert.send("POST", "/on-call/nobody/overrides", "{}").status()).isIn(400, 404);
    JsonNode shifts = alert.get("/on-call/night-shift/shifts?days=3");
    assertThat(shifts.path(0).path("people").toString()).isEqualTo("[\"alice\"]");
  }

  @Test
  @Order(2)
  @DisplayName("is told once for each change: by people, by settings, over kill -9")
  void journey() throws Exception {
    try (AlertFacts facts = new AlertFacts()) {
      awaitTold(facts, List.of(told("alice")));
      assertThat(alert.get("/on-call/night-shift").path("onCall").toString())
          .isEqualTo("[\"alice\"]");

      restarted("alice");
      String override = overridden("{\"person\":\"dave\",\"duration\":\"1h\",\"reason\":\"swap\"}");
      awaitTold(facts, List.of(told("alice"), told("dave")));

      restarted("bob");
      assertThat(alert.send("DELETE", "/on-call/overrides/" + override, "").status())
          .isEqualTo(204);
      awaitTold(facts, List.of(told("alice"), told("dave"), told("bob")));
      overridden(
          "{\"person\":\"erin\",\"insteadOf\":\"bob\",\"duration\":\"2s\",\"reason\":\"lunch\"}");
      awaitTold(
          facts, List.of(told("alice"), told("dave"), told("bob"), told("erin"), told("bob")));

      Files.writeString(folder.resolve("alert.yaml"), "fairlead.alert: {}");
      alert.kill();
      alert.start();
      awaitTold(
          facts,
          List.of(told("alice"), told("dave"), told("bob"), told("erin"), told("bob"), told()));
    }
  }

  private static void assertRefused(String body, String why) throws Exception {
    var answer = alert.send("POST", "/on-call/night-shift/overrides", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("detail").asString()).contains(why);
  }

  private static String schedule(String person) {
    return """
        fairlead.alert:
          schedules:
            night-shift:
              zone: Europe/Berlin
              rotations: [{people: [%s], starts: "2026-01-05T09:00"}]
        """
        .formatted(person);
  }

  private static void restarted(String person) throws Exception {
    alert.kill();
    Files.writeString(folder.resolve("alert.yaml"), schedule(person));
    alert.start();
  }

  private static String overridden(String body) throws Exception {
    var answer = alert.send("POST", "/on-call/night-shift/overrides", body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer.body().path("id").asString();
  }

  private static OnCallChanged told(String... people) {
    return new OnCallChanged("night-shift", List.of(people), null);
  }

  private static void awaitTold(AlertFacts facts, List<OnCallChanged> expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(facts.seen(OnCallChanged.class)).containsExactlyElementsOf(expected));
  }
}
