package dev.fairlead.edge.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.routing.RouteStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A successor that stalls must not keep routes from being changed for ever. */
class HandoverTest {
  private final Leaver leaver = new Leaver();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new Handover(
              new Successor(
                  new EmbeddedChannel().eventLoop(),
                  new ListeningSockets(),
                  Path.of("routes.json"),
                  leaver),
              new ListeningSockets(),
              leaver));

  @Test
  void givesUpOneThatDoesNotServeInTimeAndSaysSo() {
    hears("hears-cancelled", "ready");
    pass(Handover.PATIENCE.toSeconds() - 1);
    assertThat(leaver.stays).isEmpty();
    pass(2);
    assertThat(said()).endsWith("cancelled\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(leaver.stays).containsExactly(true);
  }

  @Test
  void givesUpAnyThatHasNotAskedForTheSocketsYet() {
    pass(Handover.PATIENCE.toSeconds() + 1);
    assertThat(leaver.stays).containsExactly(true);
  }

  @Test
  void waitsForOneThatServesAndForOneOfAnEarlierVersionWhichWouldServeAllTheSame() {
    hears("ready");
    pass(Handover.PATIENCE.toSeconds() + 1);
    hears("confirms", "serving");
    pass(Handover.PATIENCE.toSeconds() * 3);
    assertThat(said()).doesNotContain("cancelled");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void looksAfterNobodyAnyMoreWhenTheSuccessorIsGone() {
    assertThat(channel.runScheduledPendingTasks()).isPositive();
    channel.pipeline().fireChannelInactive();
    assertThat(channel.runScheduledPendingTasks()).as("nothing is planned").isNegative();
  }

  private void hears(String... lines) {
    channel.writeInbound((Object[]) lines);
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private String said() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.append(part.toString(StandardCharsets.UTF_8));
      part.release();
    }
    return all.toString();
  }

  private static final class Leaver implements Successor.Leaver {
    private final List<Boolean> stays = new ArrayList<>();

    @Override
    public String prepare() {
      return "";
    }

    @Override
    public void stay(boolean served) {
      stays.add(served);
    }

    @Override
    public void leave() {}

    @Override
    public boolean follow() {
      return true;
    }

    @Override
    public List<String> sockets() {
      return List.of();
    }

    @Override
    public List<RouteStatus> routes() {
      return List.of();
    }
  }
}
