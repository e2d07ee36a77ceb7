package dev.fairlead.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A webhook")
class WebhookChannelTest {

  @TempDir Path folder;
  private ChannelsAtNow channels;
  private Vendor vendor;

  @BeforeEach
  void start() throws Exception {
    channels = new ChannelsAtNow(folder);
    vendor = new Vendor();
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  @Test
  @DisplayName("a webhook is signed, and sent again it has the same id")
  void webhookSignature() throws Exception {
    channels.webhook(hook()).deliver(Deliveries.of(NoticeKind.FIRED));
    channels.webhook(hook()).deliver(Deliveries.of(NoticeKind.FIRED));
    Vendor.Call call = vendor.calls().getFirst();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("the-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update(
        "%s.%s."
            .formatted(Deliveries.KEY, Deliveries.NOW.getEpochSecond())
            .getBytes(StandardCharsets.UTF_8));
    assertThat(call.headers())
        .containsEntry("webhook-id", Deliveries.KEY.toString())
        .containsEntry("idempotency-key", Deliveries.KEY.toString())
        .containsEntry(
            "webhook-signature",
            "v1," + Base64.getEncoder().encodeToString(mac.doFinal(call.body())));
    assertThat(call.json().path("notices").get(0).asString()).isEqualTo("fired");
    assertThat(call.json().path("alert").path("incident").asString())
        .isEqualTo(Deliveries.INCIDENT.toString());
    assertThat(vendor.calls().getLast().headers().get("idempotency-key"))
        .isEqualTo(call.headers().get("idempotency-key"));
  }

  private URI hook() {
    return vendor.address().resolve("/hook");
  }
}
