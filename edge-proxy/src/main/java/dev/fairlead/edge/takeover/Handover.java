package dev.fairlead.edge.takeover;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.unix.FileDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One conversation with a proxy that is to take over. */
final class Handover extends SimpleChannelInboundHandler<String> {
  private static final System.Logger LOG = System.getLogger(Handover.class.getName());
  private static final long TELL_MILLIS = 50;

  /** A start takes seconds; meanwhile no route can be changed anywhere. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Within it; when this proxy has stalled itself, it reads what was said between two of them. */
  private static final int LOOKS = 2;

  private final Successor successor;
  private final ListeningSockets sockets;
  private final Successor.Leaver leaver;
  private @Nullable ScheduledFuture<?> timer;
  private int looks;
  private boolean hearsCancelled;
  private boolean ready;
  private boolean cancelled;
  private boolean prepared;
  private boolean confirms;
  private boolean served;
  private boolean left;

  Handover(Successor successor, ListeningSockets sockets, Successor.Leaver leaver) {
    this.successor = successor;
    this.sockets = sockets;
    this.leaver = leaver;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    String obstacle = leaver.prepare();
    if (obstacle.isEmpty()) {
      prepared = true;
      every(
          context.channel(),
          PATIENCE.dividedBy(LOOKS).toMillis(),
          () -> lookAfter(context.channel()));
      say(context.channel(), Door.SOCKETS + String.join(" ", leaver.sockets()));
    } else {
      say(context.channel(), obstacle);
      context.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, String line) {
    if (cancelled) {
      return;
    }
    if (line.equals(Door.HEARS_CANCELLED)) {
      hearsCancelled = true;
    } else if (line.equals(Door.READY)) {
      ready = true;
      sockets.descriptors().forEach(fd -> context.write(new FileDescriptor(fd)));
      context.flush();
    } else if (line.equals(Door.CONFIRMS)) {
      confirms = true;
    } else if (line.equals(Door.SERVING) && !served) {
      served = true;
      sayGoodbye(context.channel());
    } else if (line.equals(Door.RELIEVED) && served) {
      // after all that is there to be read, which may be its end: then this proxy stays
      context.executor().execute(() -> leaveTo(context.channel()));
    } else if (line.startsWith(Door.CHANGED)) {
      String number = line.substring(Door.CHANGED.length());
      Thread.startVirtualThread(() -> follow(context.channel(), number));
    }
  }

  /**
   * One that stalls before it serves is given up, and knows that when it wakes; one of an earlier
   * version would serve all the same, once it has the sockets.
   */
  private void lookAfter(Channel channel) {
    if (left || cancelled || !channel.isActive() || ++looks < LOOKS) {
      return;
    }
    if (!served && (hearsCancelled || !ready)) {
      LOG.log(System.Logger.Level.WARNING, "successor=silent next=serve as before, without it");
      cancelled = true;
      say(channel, Door.CANCELLED).addListener(said -> channel.close());
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "successor=silent next=serve, and change no routes until it goes on; or kill it");
    }
  }

  /** Silence until then: the successor counts what it removed as in flight. */
  private void follow(Channel channel, String number) {
    try {
      while (!leaver.follow()) {
        if (!channel.isActive()) {
          return;
        }
        Thread.sleep(TELL_MILLIS);
      }
      say(channel, Door.FOLLOWED + number + " " + InFlight.write(leaver.routes()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The door is closed first: its file is removed with it, and the successor opens its own. What
   * was said may be read long after, when the successor has ended: this proxy goes on until it is
   * answered, or, by one of an earlier version, until it has reached somebody.
   */
  private void sayGoodbye(Channel channel) {
    successor
        .closeDoor()
        .ifPresent(
            closing ->
                closing.addListener(
                    ignored ->
                        say(
                                channel,
                                Door.LEAVING + Door.FOLLOWS + " " + InFlight.write(leaver.routes()))
                            .addListener(said -> goodbyeSaid(channel, said.isSuccess()))));
  }

  private void goodbyeSaid(Channel channel, boolean arrived) {
    if (!arrived) {
      channel.close();
    } else if (!confirms) {
      leave(channel);
    }
  }

  private void leaveTo(Channel channel) {
    if (channel.isActive()) {
      leave(channel);
    }
  }

  private void leave(Channel channel) {
    if (left) {
      return;
    }
    left = true;
    LOG.log(System.Logger.Level.INFO, "edge=relieved next=finish requests and end");
    leaver.leave();
    every(
        channel, TELL_MILLIS, () -> say(channel, Door.IN_FLIGHT + InFlight.write(leaver.routes())));
  }

  /** Instead of what was done before, and as long as there is somebody to talk to. */
  private void every(Channel channel, long millis, Runnable deed) {
    noMore();
    timer = channel.eventLoop().scheduleAtFixedRate(deed, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void noMore() {
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    noMore();
    if (!prepared || left) {
      return;
    }
    leaver.stay(served || cancelled);
    if (served) {
      LOG.log(System.Logger.Level.WARNING, "successor=gone before=farewell next=serve as before");
      Thread.startVirtualThread(successor::awaitAtLast);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    LOG.log(System.Logger.Level.WARNING, "takeover=broken reason=\"{0}\"", failure);
    context.close();
  }

  private static ChannelFuture say(Channel channel, String line) {
    return channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
  }
}
