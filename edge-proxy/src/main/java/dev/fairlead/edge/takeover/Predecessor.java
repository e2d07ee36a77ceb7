package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.Elsewhere;
import dev.fairlead.edge.routing.InstanceDefinition;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The proxy that runs, as the one sees it that takes over from it. */
public final class Predecessor {
  private static final System.Logger LOG = System.getLogger(Predecessor.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long FOLLOW_MILLIS = 1_000;
  private static final long UNHEARD_MILLIS = 1_000;

  private final EpollDomainSocketChannel channel;
  private final Talk talk;
  private int changes;

  private Predecessor(EpollDomainSocketChannel channel, Talk talk) {
    this.channel = channel;
    this.talk = talk;
  }

  /**
   * The proxy that runs on this state file, if one does.
   *
   * @param inFlight told what it has in flight, again and again, and in the end nothing
   */
  public static Optional<Predecessor> find(
      EventLoop loop, Path stateFile, Consumer<Map<String, List<Elsewhere>>> inFlight) {
    Path door = Door.beside(stateFile);
    if (!Door.fits(door) || !Files.exists(door)) {
      return Optional.empty();
    }
    Talk talk = new Talk(inFlight);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainSocketChannel.class)
            .handler(talk)
            .connect(new DomainSocketAddress(door.toFile()))
            .awaitUninterruptibly();
    return connecting.isSuccess()
        ? Optional.of(new Predecessor((EpollDomainSocketChannel) connecting.channel(), talk))
        : Optional.empty(); // killed: its door is left, but nobody is behind it
  }

  /**
   * Takes its listening sockets. It goes on serving until {@link #relieve}, and for ever if this
   * process ends before.
   *
   * @param names of the sockets to be opened, in that order
   */
  public void giveSocketsTo(ListeningSockets sockets, List<String> names) throws IOException {
    String offer = awaited(talk.offer, "its sockets");
    if (!offer.startsWith(Door.SOCKETS)) {
      throw new IOException("the proxy that runs does not hand over: " + offer);
    }
    List<String> offered = List.of(offer.substring(Door.SOCKETS.length()).split(" "));
    CompletableFuture<List<Integer>> descriptors = talk.descriptors(offered.size());
    channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
    say(Door.READY);
    List<Integer> received = awaited(descriptors, "its listening sockets");
    channel.config().setReadMode(DomainSocketReadMode.BYTES);
    List<Optional<Integer>> inOrder = new ArrayList<>();
    for (String name : names) {
      int index = offered.indexOf(name);
      inOrder.add(index < 0 ? Optional.empty() : Optional.of(received.get(index)));
    }
    sockets.inherit(inOrder);
    for (String name : offered) {
      if (!names.contains(name)) {
        new FileDescriptor(received.get(offered.indexOf(name))).close(); // nobody would accept
      }
    }
  }

  /** This proxy serves: the other one takes nothing new. Returns when it has stopped listening. */
  public void relieve() throws IOException {
    say(Door.SERVING);
    awaited(talk.leaving, "its farewell");
  }

  /**
   * Routes were changed here. When this returns the other proxy does as they say, too, or what was
   * taken off them counts as in flight until it does. One of an earlier version does not answer: it
   * sees the change for itself, by the time of the file, within {@link #UNHEARD_MILLIS}.
   *
   * @param removed instances by the name of their route
   */
  public synchronized void follow(Map<String, List<InstanceDefinition>> removed) {
    if (!channel.isActive()) {
      return;
    }
    int number = ++changes;
    CompletableFuture<Void> followed = talk.changed(number, removed);
    if (!talk.follows()) {
      channel
          .eventLoop()
          .schedule(() -> talk.confirm(number), UNHEARD_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    say(Door.CHANGED + number);
    try {
      followed.get(FOLLOW_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "predecessor=silent next=count what was removed as in flight until it follows");
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "predecessor=gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String line) {
    channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
  }

  private static <T> T awaited(CompletableFuture<T> answer, String what) throws IOException {
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the proxy that runs did not send " + what + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while taking over", e);
    }
  }
}
