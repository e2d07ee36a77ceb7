package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.RouteStatus;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits at the door for the proxy that is to take over, and hands over to it. */
public final class Successor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Successor.class.getName());
  private static final int LONGEST_LINE = 1024 * 1024;
  private static final long TELL_MILLIS = 50;

  private final EventLoop loop;
  private final ListeningSockets sockets;
  private final Leaver leaver;
  private @Nullable Channel door;

  /** The proxy that may be taken over. Called on an event loop, which must not wait. */
  public interface Leaver {
    /** Why it cannot leave now; empty if it can. Until {@link #stay} nothing may change then. */
    String prepare();

    /** The successor gave up. */
    void stay();

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

  public Successor(EventLoop loop, ListeningSockets sockets, Leaver leaver) {
    this.loop = loop;
    this.sockets = sockets;
    this.leaver = leaver;
  }

  /** From now on another proxy may take over. */
  public void await(Path stateFile) throws IOException {
    Path path = Door.beside(stateFile);
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
                    visitor
                        .pipeline()
                        .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                        .addLast(new StringDecoder(StandardCharsets.UTF_8))
                        .addLast(new Handover());
                  }
                })
            .bind(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!opening.isSuccess()) {
      throw new IOException("no Unix socket can be opened at " + path, opening.cause());
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    door = opening.channel();
  }

  @Override
  public void close() {
    Channel open = door;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
  }

  private final class Handover extends SimpleChannelInboundHandler<String> {
    private boolean prepared;
    private boolean left;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      String obstacle = leaver.prepare();
      if (obstacle.isEmpty()) {
        prepared = true;
        say(context.channel(), Door.SOCKETS + String.join(" ", leaver.sockets()));
      } else {
        say(context.channel(), obstacle);
        context.close();
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) {
      if (line.equals(Door.READY)) {
        sockets.descriptors().forEach(fd -> context.write(new FileDescriptor(fd)));
        context.flush();
      } else if (line.equals(Door.SERVING) && !left) {
        left = true;
        leave(context.channel());
      } else if (line.startsWith(Door.CHANGED)) {
        String number = line.substring(Door.CHANGED.length());
        Thread.startVirtualThread(() -> follow(context.channel(), number));
      }
    }

    /** Silence until then: the successor counts what it removed as in flight. */
    private void follow(Channel successor, String number) {
      try {
        while (!leaver.follow()) {
          if (!successor.isActive()) {
            return;
          }
          Thread.sleep(TELL_MILLIS);
        }
        say(successor, Door.FOLLOWED + number + " " + InFlight.write(leaver.routes()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** The door is closed first: its file is removed with it, and the successor opens its own. */
    private void leave(Channel successor) {
      LOG.log(System.Logger.Level.INFO, "edge=relieved next=finish requests and end");
      Channel open = door;
      door = null;
      if (open != null) {
        open.close()
            .addListener(
                ignored -> {
                  say(
                      successor,
                      Door.LEAVING + Door.FOLLOWS + " " + InFlight.write(leaver.routes()));
                  leaver.leave();
                  successor
                      .eventLoop()
                      .scheduleAtFixedRate(
                          () -> say(successor, Door.IN_FLIGHT + InFlight.write(leaver.routes())),
                          TELL_MILLIS,
                          TELL_MILLIS,
                          TimeUnit.MILLISECONDS);
                });
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (prepared && !left) {
        leaver.stay();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      LOG.log(System.Logger.Level.WARNING, "takeover=broken reason=\"{0}\"", failure);
      context.close();
    }

    private static void say(Channel channel, String line) {
      channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
    }
  }
}
