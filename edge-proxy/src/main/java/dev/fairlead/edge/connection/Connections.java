package dev.fairlead.edge.connection;

import dev.fairlead.edge.routing.Address;
import dev.fairlead.edge.routing.Instance;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.NetUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to instances, on one event loop. A request that may be repeated takes any kept
 * one. One that may not takes only a kept one that was used a moment ago, because on an older one
 * it could meet an instance that is just closing it, and nobody could tell whether it was
 * processed; else it gets a new one.
 */
public final class Connections {
  private static final int CONNECT_MILLIS = 2_000;

  /** Shorter than the idle timeouts of usual servers, so that it is us who close. */
  private static final long KEPT_NANOS = Duration.ofSeconds(4).toNanos();

  /** No server in use closes connections this soon after an answer (gunicorn: 2 s). */
  private static final long SURELY_OPEN_NANOS = Duration.ofMillis(500).toNanos();

  private static final int MOST_KEPT = 256;
  private static final int MOST_OPEN = 20_000;

  private final ContextInternal context;
  private final Bootstrap bootstrap;
  private final HttpDecoderConfig decoding;
  private final Map<Instance, Deque<Connection>> kept = new HashMap<>();
  private int open;

  /** Told once, in the event loop: perhaps at once. */
  public interface Borrower {
    void lent(Connection connection);

    /** Nothing was sent. */
    void refused(Throwable reason);
  }

  /**
   * @param mostHeaderBytes of an answer
   */
  public Connections(ContextInternal context, int mostHeaderBytes) {
    this.context = context;
    VertxInternal vertx = (VertxInternal) context.owner();
    this.bootstrap =
        new Bootstrap()
            .group(context.nettyEventLoop())
            .channelFactory(vertx.transport().channelFactory(false))
            .resolver(vertx.nameResolver().nettyAddressResolverGroup())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
    this.decoding =
        new HttpDecoderConfig()
            .setMaxHeaderSize(mostHeaderBytes)
            .setMaxInitialLineLength(mostHeaderBytes);
  }

  /**
   * Lends a connection to the instance, a kept one or a new one.
   *
   * @param repeatable the request may be sent again if the connection turns out to be closed
   */
  public void lend(Instance instance, boolean repeatable, Borrower borrower) {
    Connection idle = idle(instance, repeatable);
    if (idle != null) {
      borrower.lent(idle);
    } else if (open >= MOST_OPEN) {
      borrower.refused(new IOException("too many connections are open: " + open));
    } else {
      connect(instance, borrower);
    }
  }

  private @Nullable Connection idle(Instance instance, boolean repeatable) {
    Deque<Connection> idle = kept.get(instance);
    if (idle == null) {
      return null;
    }
    Connection youngest = idle.peekFirst();
    while (youngest != null && !youngest.isOpen()) {
      idle.pollFirst();
      youngest = idle.peekFirst();
    }
    long most = repeatable ? KEPT_NANOS : SURELY_OPEN_NANOS;
    boolean usable = youngest != null && youngest.idleNanos(System.nanoTime()) < most;
    return usable ? idle.pollFirst() : null;
  }

  private void connect(Instance instance, Borrower borrower) {
    open++;
    ChannelFuture connecting =
        bootstrap
            .clone()
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.closeFuture().addListener(ignored -> open--);
                    channel
                        .pipeline()
                        .addLast(new HttpClientCodec(decoding, false, false))
                        .addLast("connection", new Connection(Connections.this, instance, channel));
                  }
                })
            .connect(socketAddress(instance.address()));
    connecting.addListener(ignored -> connected(connecting, borrower));
  }

  private static void connected(ChannelFuture connecting, Borrower borrower) {
    if (connecting.isSuccess()) {
      borrower.lent((Connection) connecting.channel().pipeline().get("connection"));
    } else {
      borrower.refused(connecting.cause());
    }
  }

  /** An address is used as it is; a name is asked for, again for every connection. */
  private static InetSocketAddress socketAddress(Address address) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
    try {
      return literal == null
          ? InetSocketAddress.createUnresolved(address.host(), address.port())
          : new InetSocketAddress(InetAddress.getByAddress(literal), address.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // of an address with a length that does not exist
    }
  }

  void giveBack(Connection connection) {
    Deque<Connection> idle =
        kept.computeIfAbsent(connection.instance(), ignored -> new ArrayDeque<>());
    if (idle.size() < MOST_KEPT) {
      idle.addFirst(connection);
    } else {
      connection.close();
    }
  }

  void forget(Connection connection) {
    Deque<Connection> idle = kept.get(connection.instance());
    if (idle != null) {
      idle.remove(connection);
    }
  }

  /** Closes connections that idled too long, and those to instances that are gone. */
  public void sweep() {
    long now = System.nanoTime();
    for (Iterator<Map.Entry<Instance, Deque<Connection>>> all = kept.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Instance, Deque<Connection>> entry = all.next();
      boolean gone = entry.getKey().isGone();
      Deque<Connection> idle = entry.getValue();
      while (!idle.isEmpty() && (gone || idle.peekLast().idleNanos(now) > KEPT_NANOS)) {
        context.nettyEventLoop().execute(idle.pollLast()::close);
      }
      if (gone) {
        all.remove();
      }
    }
  }
}
