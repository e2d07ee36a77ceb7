package dev.fairlead.edge.traffic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Wakes the streams of an HTTP/2 connection whenever its channel takes more again.
 *
 * <p>Seen with Netty 4.2.17: a stream that begins while the channel is full counts as not writable,
 * and is told of the free channel only if the connection itself had been told of the full one. With
 * TLS it often had not, since that news travels late; its answer then stood still for good.
 */
final class StreamWaker extends ChannelInboundHandlerAdapter {
  private final Http2RemoteFlowController streams;

  StreamWaker(Http2ConnectionHandler handler) {
    this.streams = handler.encoder().flowController();
  }

  /** From now on, on this connection; does nothing where it is not an HTTP/2 one. */
  static void join(HttpConnection connection) {
    ChannelHandlerContext context = ((HttpServerConnection) connection).channelHandlerContext();
    if (context.handler() instanceof Http2ConnectionHandler handler) {
      context.pipeline().addBefore(context.name(), null, new StreamWaker(handler));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Http2Exception {
    context.fireChannelWritabilityChanged();
    if (context.channel().isWritable()) {
      streams.initialWindowSize(streams.initialWindowSize()); // the same, but all are looked at
    }
  }
}
