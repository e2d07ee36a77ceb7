package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeSlackTest {

  private final FakeSlack slack = FakeSlack.start(Ports.free(), Duration.ofSeconds(30), 2);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    slack.close();
    client.close();
  }

  @Test
  void listsTheMessagesOfAChannel() throws Exception {
    assertThat(post("ops", "{\"text\":\"orders is down\"}").body()).isEqualTo("ok");
    assertThat(slack.messages())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.channel()).isEqualTo("ops");
              assertThat(message.text()).isEqualTo("orders is down");
            });
    URI listing = slack.webhook("ops").resolve("/messages");
    assertThat(get(listing).body()).contains("\"text\":\"orders is down\"");
  }

  @Test
  void slowsAChannelDownAndSaysForHowLong() throws Exception {
    post("ops", "{\"text\":\"1\"}");
    post("ops", "{\"text\":\"2\"}");
    HttpResponse<String> third = post("ops", "{\"text\":\"3\"}");
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(25L, 30L);
    assertThat(post("dev", "{\"text\":\"another channel\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesWhatSlackRefuses() throws Exception {
    assertRefused("a", "no json", "invalid_payload");
    assertRefused("b", "{}", "no_text");
    assertRefused("c", "{\"text\":\"%s\"}".formatted("x".repeat(40_001)), "msg_too_long");
    String block = "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"%s\"}}";
    assertRefused(
        "d", "{\"blocks\":[" + block.formatted("x".repeat(3_001)) + "]}", "invalid_blocks");
    String many = (block.formatted("x") + ",").repeat(50) + block.formatted("x");
    assertRefused("e", "{\"blocks\":[" + many + "]}", "invalid_blocks");
    assertThat(slack.messages()).isEmpty();
  }

  @Test
  void hasOutagesOnDemand() throws Exception {
    slack.failNext(1, 503);
    assertThat(post("ops", "{\"text\":\"lost\"}").statusCode()).isEqualTo(503);
    assertThat(post("ops", "{\"text\":\"kept\"}").statusCode()).isEqualTo(200);
    assertThat(slack.messages()).extracting(FakeSlack.Message::text).containsExactly("kept");
  }

  private void assertRefused(String channel, String payload, String reason) throws Exception {
    HttpResponse<String> response = post(channel, payload);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo(reason);
  }

  private HttpResponse<String> post(String channel, String payload) throws Exception {
    return client.send(
        HttpRequest.newBuilder(slack.webhook(channel))
            .POST(BodyPublishers.ofString(payload))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(URI address) throws Exception {
    return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }
}
