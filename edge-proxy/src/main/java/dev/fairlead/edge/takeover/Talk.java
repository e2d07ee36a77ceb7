package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.Elsewhere;
import dev.fairlead.edge.routing.InstanceDefinition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the proxy says that is taken over: lines, and in between file descriptors. */
final class Talk extends ChannelInboundHandlerAdapter {
  final CompletableFuture<String> offer = new CompletableFuture<>();
  final CompletableFuture<String> leaving = new CompletableFuture<>();
  private final Consumer<Map<String, List<Elsewhere>>> inFlight;
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> received = new ArrayList<>();
  private final CompletableFuture<List<Integer>> descriptors = new CompletableFuture<>();
  private final Unconfirmed unconfirmed = new Unconfirmed();
  private int expected;
  private volatile boolean follows;
  private volatile boolean cancelled;
  private CompletableFuture<Void> followed = new CompletableFuture<>();
  private int lastChange;
  private boolean gone;
  private boolean stopping;

  /**
   * @param inFlight told again and again what has to be counted there
   */
  Talk(Consumer<Map<String, List<Elsewhere>>> inFlight) {
    this.inFlight = inFlight;
  }

  synchronized CompletableFuture<List<Integer>> descriptors(int count) {
    expected = count;
    return descriptors;
  }

  /** Whether it answers that it follows a change; known once it has said goodbye. */
  boolean follows() {
    return follows;
  }

  /** Whether it has said that it stays; it closes the door then. */
  boolean isCancelled() {
    return cancelled;
  }

  /**
   * @return complete once it follows, or when it is gone and nothing can be under way there
   */
  synchronized CompletableFuture<Void> changed(
      int change, Map<String, List<InstanceDefinition>> removed) {
    if (gone) {
      return CompletableFuture.completedFuture(null);
    }
    followed = new CompletableFuture<>();
    lastChange = change;
    unconfirmed.add(change, removed);
    inFlight.accept(unconfirmed.counted());
    return followed;
  }

  synchronized void confirm(int change) {
    unconfirmed.confirm(change);
    inFlight.accept(unconfirmed.counted());
    if (change == lastChange) {
      followed.complete(null);
    }
  }

  private synchronized void report(String counts) {
    unconfirmed.report(InFlight.read(counts));
    inFlight.accept(unconfirmed.counted());
  }

  /**
   * This proxy takes nothing new: a farewell that comes now is not answered, so that the other one
   * stays.
   *
   * @return whether it has said goodbye already, and has not taken over again
   */
  synchronized boolean stop() {
    stopping = true;
    return leaving.isDone() && !cancelled;
  }

  private synchronized void leave() {
    gone = true;
    IOException closed = new IOException("it closed the door");
    offer.completeExceptionally(closed);
    descriptors.completeExceptionally(closed);
    leaving.completeExceptionally(closed);
    followed.completeExceptionally(closed);
    unconfirmed.clear();
    inFlight.accept(Map.of());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case FileDescriptor descriptor -> take(descriptor.intValue());
      case ByteBuf bytes -> hear(context, bytes.toString(StandardCharsets.UTF_8));
      default -> {}
    }
    ReferenceCountUtil.release(message);
  }

  private synchronized void take(int descriptor) {
    received.add(descriptor);
    if (received.size() == expected) {
      descriptors.complete(List.copyOf(received));
    }
  }

  private void hear(ChannelHandlerContext context, String piece) {
    text.append(piece);
    for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      String line = text.substring(0, end);
      text.delete(0, end + 1);
      hearLine(context, line);
    }
  }

  private void hearLine(ChannelHandlerContext context, String line) {
    if (line.startsWith(Door.LEAVING)) {
      String counts = line.substring(Door.LEAVING.length());
      follows = List.of(counts.split(" ")).contains(Door.FOLLOWS);
      report(counts);
      answerFarewell(context, line);
    } else if (line.equals(Door.CANCELLED)) {
      cancelled = true;
    } else if (line.startsWith(Door.IN_FLIGHT)) {
      report(line.substring(Door.IN_FLIGHT.length()));
    } else if (line.startsWith(Door.FOLLOWED)) {
      String[] parts = line.substring(Door.FOLLOWED.length()).split(" ", 2);
      report(parts.length < 2 ? "" : parts[1]);
      confirm(Integer.parseInt(parts[0]));
    } else {
      offer.complete(line);
    }
  }

  private synchronized void answerFarewell(ChannelHandlerContext context, String farewell) {
    if (!stopping) {
      context.writeAndFlush(Unpooled.copiedBuffer(Door.RELIEVED + "\n", StandardCharsets.UTF_8));
      leaving.complete(farewell);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
  }
}
