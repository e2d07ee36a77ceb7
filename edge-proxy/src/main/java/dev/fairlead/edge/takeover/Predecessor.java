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
import io.netty.channel.unix.Socket;
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

  /** It takes milliseconds, of a proxy that does not stall. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

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
   * Whether one may be there that serves: one that stops has closed its door, and only finishes its
   * requests.
   */
  public static boolean hasDoor(Path stateFile) {
    Path door = Door.beside(stateFile);
    return !Door.fits(door) || Files.exists(door);
  }

  /**
   * Takes its listening sockets. It goes on serving until {@link #relieve}, and for ever if this
   * process ends before. One whose port is another here stays its own.
   *
   * @param wanted the sockets to be opened, in that order
   */
  public void giveSocketsTo(ListeningSockets sockets, List<ListeningSockets.Wanted> wanted)
      throws IOException {
    String offer = awaited(talk.offer, "its sockets");
    if (!offer.startsWith(Door.SOCKETS)) {
      throw new IOException("the proxy that runs does not hand over: " + offer);
    }
    List<String> offered = List.of(offer.substring(Door.SOCKETS.length()).split(" "));
    CompletableFuture<List<Integer>> descriptors = talk.descriptors(offered.size());
    channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
    say(Door.HEARS_CANCELLED + "\n" + Door.READY);
    List<Integer> received = awaited(descriptors, "its listening sockets");
    channel.config().setReadMode(DomainSocketReadMode.BYTES);
    List<Integer> unused = new ArrayList<>(received);
    List<Optional<Integer>> inOrder = new ArrayList<>();
    for (ListeningSockets.Wanted socket : wanted) {
      int index = offered.indexOf(socket.name());
      Optional<Integer> taken =
          index < 0
              ? Optional.empty()
              : Optional.of(received.get(index)).filter(one -> fits(one, socket.port()));
      taken.ifPresent(one -> unused.remove(one));
      inOrder.add(taken);
    }
    sockets.inherit(inOrder);
    unused.forEach(ListeningSockets::close); // nobody here would accept
  }

  private static boolean fits(int descriptor, int port) {
    return port == 0 || new Socket(descriptor).localAddress().getPort() == port;
  }

  /**
   * This proxy serves: the other one takes nothing new. Returns when it has said so, when it is
   * gone, or after {@link #FAREWELL}: this proxy goes on then, and the other one leaves when it
   * wakes.
   *
   * @return whether it is known that it waits for a successor no more
   * @throws IOException when it has given up this proxy, which stalled, and stays
   */
  public boolean relieve() throws IOException {
    say(Door.CONFIRMS + "\n" + Door.SERVING);
    try {
      talk.leaving.get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      if (talk.isCancelled()) {
        throw new IOException("the proxy that runs has waited too long; start this one again", e);
      }
      LOG.log(System.Logger.Level.WARNING, "predecessor=gone next=serve", e);
      return true;
    } catch (TimeoutException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "predecessor=silent next=serve; it leaves when it wakes, or kill it");
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** It waits for this proxy no more and stays in charge. */
  public boolean hasGivenUp() {
    return talk.isCancelled();
  }

  /** Called once, when it has said goodbye or is gone, maybe on an event loop. */
  public void whenRelieved(Runnable action) {
    talk.leaving.whenComplete((farewell, gone) -> action.run());
  }

  /**
   * This proxy stops, and from now on answers no farewell.
   *
   * @return whether the other one has said none, so that it stays in charge after {@link #leave}
   */
  public boolean staysInCharge() {
    return !talk.stop();
  }

  /** It may change routes again: this proxy does not any more. Not for an event loop. */
  public void leave() {
    LOG.log(System.Logger.Level.WARNING, "predecessor=silent next=leave it in charge, and stop");
    channel.close().awaitUninterruptibly();
  }

  /** It has ended, and has nothing in flight. */
  public boolean isGone() {
    return !channel.isActive();
  }

  /**
   * Routes were changed here. When this returns the other proxy does as they say, too, or what was
   * taken off them counts as in flight until it does. One of an earlier version does not answer: it
   * sees the change for itself, by the time of the file, within {@link #UNHEARD_MILLIS}. One that
   * has not said goodbye yet is told when it does.
   *
   * @param removed instances by the name of their route
   */
  public synchronized void follow(Map<String, List<InstanceDefinition>> removed) {
    if (!channel.isActive()) {
      return;
    }
    int number = ++changes;
    CompletableFuture<Void> followed = talk.changed(number, removed);
    boolean saidGoodbye = talk.leaving.isDone();
    talk.leaving.thenRun(() -> tell(number));
    if (!saidGoodbye || !talk.follows()) {
      return;
    }
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

  private void tell(int change) {
    if (talk.follows()) {
      say(Door.CHANGED + change);
    } else {
      channel
          .eventLoop()
          .schedule(() -> talk.confirm(change), UNHEARD_MILLIS, TimeUnit.MILLISECONDS);
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
