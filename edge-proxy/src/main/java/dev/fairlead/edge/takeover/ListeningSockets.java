package dev.fairlead.edge.takeover;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.spi.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Listens on sockets that were handed over, in the order in which they are asked for, and on new
 * ones when there are no more. They are opened one after the other, so the order is always the
 * same.
 */
public final class ListeningSockets extends EpollTransport
    implements io.vertx.core.transport.Transport {
  private static final System.Logger LOG = System.getLogger(ListeningSockets.class.getName());

  private final Deque<Optional<Integer>> inherited = new ArrayDeque<>();
  private final List<EpollServerSocketChannel> sockets = new ArrayList<>();
  private final List<EpollServerSocketChannel> heldBack = new ArrayList<>();
  private volatile boolean holdsBack;

  /**
   * What is to be opened.
   *
   * @param name the same in every version
   * @param port 0 takes any
   */
  public record Wanted(String name, int port) {}

  /** What it opens listens, and accepts nothing until {@link #admit}. */
  public <T> T holdingBack(Supplier<T> opening) {
    holdsBack = true;
    try {
      return opening.get();
    } finally {
      holdsBack = false;
    }
  }

  /** What was held back accepts from now on. */
  public synchronized void admit() {
    heldBack.forEach(socket -> socket.config().setAutoRead(true));
    heldBack.clear();
  }

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
    inherited.forEach(unused -> unused.ifPresent(ListeningSockets::close));
    inherited.clear();
  }

  static void close(int descriptor) {
    try {
      new FileDescriptor(descriptor).close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a listening socket was not closed", e);
    }
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
    if (holdsBack) {
      socket.config().setAutoRead(false);
      heldBack.add(socket);
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
      InetSocketAddress listens = (InetSocketAddress) context.channel().localAddress();
      if (!same(listens.getAddress(), ((InetSocketAddress) wanted).getAddress())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "bind={0} wanted={1} next=keep it; stop this proxy and start it to bind anew",
            listens,
            wanted);
      }
      promise.setSuccess();
    }

    /** Everywhere is everywhere, whichever family it is said in. */
    private static boolean same(InetAddress one, InetAddress other) {
      return one.equals(other) || (one.isAnyLocalAddress() && other.isAnyLocalAddress());
    }
  }
}
