package dev.fairlead.edge.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.routing.Address;
import dev.fairlead.edge.routing.Elsewhere;
import dev.fairlead.edge.routing.InstanceDefinition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the former proxy says, and what is counted there meanwhile. */
class TalkTest {
  private static final InstanceDefinition ONE =
      new InstanceDefinition("one", Address.of("127.0.0.1:8081"), 100, "1");
  private static final Elsewhere MAY_BE_ASKED =
      new Elsewhere("one", Optional.of(ONE.address()), "1", 1);

  private Map<String, List<Elsewhere>> counted = Map.of();
  private final Talk talk = new Talk(all -> counted = all);
  private final EmbeddedChannel channel = new EmbeddedChannel(talk);

  private void hears(String line) {
    channel.writeInbound(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
  }

  @Test
  void knowsWhetherTheFormerProxyAnswersByWhatItSaysAndNotByWaiting() {
    hears("leaving orders/one=2");
    assertThat(talk.follows()).as("an earlier version").isFalse();
    assertThat(counted.get("orders")).extracting(Elsewhere::requests).containsExactly(2);
    hears("leaving follows orders/one=3");
    assertThat(talk.follows()).isTrue();
    assertThat(counted.get("orders")).extracting(Elsewhere::requests).containsExactly(3);
  }

  @Test
  void countsWhatWasRemovedUntilTheFormerProxyFollowsHoweverLongThatTakes() {
    hears("leaving follows ");
    CompletableFuture<Void> first = talk.changed(1, Map.of("orders", List.of(ONE)));
    hears("in-flight ");
    assertThat(counted.get("orders")).containsExactly(MAY_BE_ASKED);
    CompletableFuture<Void> second = talk.changed(2, Map.of("orders", List.of()));
    hears("followed 1 orders/one@127.0.0.1:8081@1=4");
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertThat(counted.get("orders"))
        .containsExactly(new Elsewhere("one", Optional.of(ONE.address()), "1", 4));
    hears("followed 2 ");
    assertThat(second).isCompleted();
    assertThat(counted.getOrDefault("orders", List.of())).isEmpty();
  }

  @Test
  void countsNothingAnyMoreOnceTheFormerProxyIsGone() {
    talk.changed(1, Map.of("orders", List.of(ONE)));
    channel.close();
    assertThat(counted).isEmpty();
    assertThat(talk.offer).isCompletedExceptionally();
  }

  @Test
  void answersTheFarewellUnlessItStops() {
    hears("leaving follows ");
    assertThat(channel.<ByteBuf>readOutbound().toString(StandardCharsets.UTF_8))
        .isEqualTo("relieved\n");
    assertThat(talk.stop()).as("it has said goodbye").isTrue();

    Talk stopping = new Talk(all -> {});
    EmbeddedChannel other = new EmbeddedChannel(stopping);
    assertThat(stopping.stop()).isFalse();
    other.writeInbound(Unpooled.copiedBuffer("leaving follows \n", StandardCharsets.UTF_8));
    assertThat(other.<ByteBuf>readOutbound()).isNull();
    assertThat(stopping.leaving).isNotDone();
  }

  @Test
  void knowsThatTheFormerProxyStaysFromOneThatIsGone() {
    hears("cancelled");
    channel.close();
    assertThat(talk.isCancelled()).isTrue();
    assertThat(talk.leaving).isCompletedExceptionally();
  }
}
