package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakePagerDutyTest {

  private final FakePagerDuty pagerDuty =
      FakePagerDuty.start(Ports.free(), Duration.ofSeconds(30), 4);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    pagerDuty.close();
    client.close();
  }

  @Test
  void makesOneIncidentOfEqualDedupKeys() throws Exception {
    assertThat(trigger("orders-down", "orders is down").statusCode()).isEqualTo(202);
    assertThat(trigger("orders-down", "orders is still down").statusCode()).isEqualTo(202);
    assertThat(send("acknowledge", "orders-down", "").statusCode()).isEqualTo(202);
    assertThat(send("resolve", "orders-down", "").statusCode()).isEqualTo(202);
    assertThat(pagerDuty.incidents())
        .containsExactly(
            new FakePagerDuty.Incident(
                "orders-down", "resolved", "orders is still down", "critical", 2));
    assertThat(pagerDuty.events()).hasSize(4);
    assertThat(pagerDuty.events().getFirst().payload()).doesNotContain(FakePagerDuty.routingKey());
  }

  @Test
  void namesEveryMistakeOfAnEvent() throws Exception {
    HttpResponse<String> response =
        post("{\"event_action\":\"trigger\",\"payload\":{\"severity\":\"bad\"}}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("invalid event", "routing_key", "payload.summary", "payload.source", "severity");
    assertThat(send("resolve", "", "").body()).contains("'dedup_key' is missing");
    assertThat(post("not json").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesTooManyAndTooMuch() throws Exception {
    for (int event = 0; event < 4; event++) {
      trigger("key-" + event, "x");
    }
    HttpResponse<String> fifth = trigger("key-5", "x");
    assertThat(fifth.statusCode()).isEqualTo(429);
    assertThat(fifth.headers().firstValue("Retry-After")).isPresent();
    assertThat(post("\"" + "x".repeat(512 * 1024) + "\"").statusCode()).isEqualTo(413);
  }

  private HttpResponse<String> trigger(String dedupKey, String summary) throws Exception {
    return send(
        "trigger",
        dedupKey,
        ",\"payload\":{\"summary\":\"%s\",\"source\":\"test\",\"severity\":\"critical\"}"
            .formatted(summary));
  }

  private HttpResponse<String> send(String action, String dedupKey, String more) throws Exception {
    return post(
        "{\"routing_key\":\"%s\",\"event_action\":\"%s\",\"dedup_key\":\"%s\"%s}"
            .formatted(FakePagerDuty.routingKey(), action, dedupKey, more));
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(pagerDuty.address().resolve("/v2/enqueue"))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
