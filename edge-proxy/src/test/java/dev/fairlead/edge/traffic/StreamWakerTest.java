package dev.fairlead.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamWakerTest {
  private final Http2ConnectionHandler handler =
      new Http2ConnectionHandlerBuilder()
          .server(true)
          .frameListener(new Http2FrameAdapter())
          .build();
  private final List<Integer> told = new ArrayList<>();

  @Test
  void wakesAStreamThatBeganWhileTheChannelWasFull() throws Exception {
    EmbeddedChannel channel = new EmbeddedChannel(new StreamWaker(handler), handler);
    beginWhileFull(channel);
    assertThat(told).containsExactly(1);
    channel.finishAndReleaseAll();
  }

  /** When this fails, Netty tells them itself, and the waker can go. */
  @Test
  void nettyAloneLeavesItAsleep() throws Exception {
    EmbeddedChannel channel = new EmbeddedChannel(handler);
    beginWhileFull(channel);
    assertThat(told).isEmpty();
    channel.finishAndReleaseAll();
  }

  private void beginWhileFull(EmbeddedChannel channel) throws Http2Exception {
    handler.encoder().flowController().listener(stream -> told.add(stream.id()));
    handler.encoder().flowController().channelWritabilityChanged();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    handler.connection().remote().createStream(1, false);
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    channel.runPendingTasks(); // the news of both, when the channel is free again
  }
}
