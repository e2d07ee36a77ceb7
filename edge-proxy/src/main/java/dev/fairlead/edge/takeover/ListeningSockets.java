package dev.fairlead.edge.takeover;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.spi.transport.Transport;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Listens on sockets that were handed over, in the order in which they are asked for, and on new
 * ones when there are no more. They are opened one after the other, so the order is always the
 * same.
 */
public final class ListeningSockets extends EpollTransport
    implements io.vertx.core.transport.Transport {
  private final Deque<Optional<Integer>> inherited = new ArrayDeque<>();
  private final List<EpollServerSocketChannel> sockets = new ArrayList<>();

  /**
   * @param descriptors of sockets that listen; empty where a new one is to be opened
   */
  synchronized void inherit(List<Optional<Integer>> descriptors) {
    inherited.addAll(descriptors);
  }

  /** File descriptors of the sockets that are open, in the order of their opening. */
  synchronized List<Integer> descriptors() {
    return sockets.stream()
        .filter(EpollServerSocketChannel::isOpen)
        .map(socket -> socket.fd().intValue())
        .toList();
  }

  /** Accepts nothing more when it returns; what was accepted stays. Not for an event loop. */
  public synchronized void close() {
    sockets.forEach(socket -> socket.close().awaitUninterruptibly());
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return domainSocket ? super.serverChannelFactory(true) : this::open;
  }

  private synchronized ServerChannel open() {
    Optional<Integer> descriptor = inherited.isEmpty() ? Optional.empty() : inherited.poll();
    EpollServerSocketChannel socket =
        descriptor.map(EpollServerSocketChannel::new).orElseGet(EpollServerSocketChannel::new);
    if (descriptor.isPresent()) {
      socket.pipeline().addLast(new Listens());
    }
    sockets.add(socket);
    return socket;
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public boolean available() {
    return isAvailable();
  }

  @Override
  public Transport implementation() {
    return this;
  }

  /** A socket that listens already cannot be bound again, and need not be. */
  private static final class Listens extends ChannelOutboundHandlerAdapter {
    @Override
    public void bind(ChannelHandlerContext context, SocketAddress wanted, ChannelPromise promise) {
      int listens = ((InetSocketAddress) context.channel().localAddress()).getPort();
      int port = ((InetSocketAddress) wanted).getPort();
      if (port == 0 || port == listens) {
        promise.setSuccess();
      } else {
        promise.setFailure(
            new BindException(
                "the proxy that runs listens on %d, and cannot hand over %d; keep its ports"
                    .formatted(listens, port)));
      }
    }
  }
}
