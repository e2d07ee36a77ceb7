package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.RouteStatus;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Waits at the door for the proxy that is to take over, and hands over to it. */
public final class Successor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Successor.class.getName());
  private static final int LONGEST_LINE = 1024 * 1024;
  private static final Duration OPEN_AGAIN = Duration.ofSeconds(2);

  private final EventLoop loop;
  private final ListeningSockets sockets;
  private final Path stateFile;
  private final Leaver leaver;
  private final Set<Channel> conversations = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Channel door;
  private volatile boolean closed;

  /** The proxy that may be taken over. Called on an event loop, which must not wait. */
  public interface Leaver {
    /** Why it cannot leave now; empty if it can. Until {@link #stay} nothing may change then. */
    String prepare();

    /**
     * The successor gave up, or has ended.
     *
     * @param served whether it may have changed routes meanwhile
     */
    void stay(boolean served);

    /** The successor serves: take nothing new, finish what is in flight, end. */
    void leave();

    /**
     * The successor has changed routes: do as it does. May take a moment.
     *
     * @return whether they could be read and are followed now
     */
    boolean follow();

    /** Names of the listening sockets, in the order of their opening. */
    List<String> sockets();

    /** What is in flight, for the successor to tell. */
    List<RouteStatus> routes();
  }

  public Successor(EventLoop loop, ListeningSockets sockets, Path stateFile, Leaver leaver) {
    this.loop = loop;
    this.sockets = sockets;
    this.stateFile = stateFile;
    this.leaver = leaver;
  }

  /** The same as {@link #await}, tried until it succeeds: this proxy serves already. */
  public void awaitAtLast() {
    if (!opened()) {
      Thread.ofPlatform().daemon().name("door").start(this::keepOpening);
    }
  }

  private void keepOpening() {
    try {
      do {
        Thread.sleep(OPEN_AGAIN);
      } while (!closed && !opened());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean opened() {
    try {
      await();
      return true;
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "takeover=impossible reason=\"{0}\" next=serve, try again every {1} s",
          e,
          OPEN_AGAIN.toSeconds());
      return false;
    }
  }

  /** From now on another proxy may take over. Not for an event loop. */
  public synchronized void await() throws IOException {
    Path path = Door.beside(stateFile);
    if (closed) {
      return;
    }
    if (!Door.fits(path)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "takeover=impossible reason=\"the path {0} is too long for a Unix socket\"",
          path);
      return;
    }
    Files.createDirectories(path.getParent());
    Files.deleteIfExists(path); // of a proxy that was killed
    ChannelFuture opening =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel visitor) {
                    conversations.add(visitor);
                    visitor.closeFuture().addListener(end -> conversations.remove(visitor));
                    visitor
                        .pipeline()
                        .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                        .addLast(new StringDecoder(StandardCharsets.UTF_8))
                        .addLast(new Handover(Successor.this, sockets, leaver));
                  }
                })
            .bind(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!opening.isSuccess()) {
      throw new IOException("no Unix socket can be opened at " + path, opening.cause());
    }
    door = opening.channel();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public synchronized void close() {
    closed = true;
    Channel open = door;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
  }

  /** Nothing is in flight here any more: by the end of the conversation the successor knows. */
  public void hangUp() {
    conversations.forEach(one -> one.close().awaitUninterruptibly());
  }

  /**
   * Its file is removed with it, and the other proxy opens its own.
   *
   * @return nothing where it is closed already
   */
  Optional<ChannelFuture> closeDoor() {
    Channel open = door;
    door = null;
    return Optional.ofNullable(open).map(Channel::close);
  }
}
