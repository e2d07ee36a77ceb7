package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Claim;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A WebSocket between client and instance. Bytes pass as they are; when the instance drains, the
 * client is sent Close 1001 between two frames, and its answer takes the instance's side down in
 * order too.
 */
final class Tunnel {
  private static final long GOODBYE_MILLIS = 2_000;

  private final Vertx vertx;
  private final NetSocket client;
  private final NetSocket instance;
  private final Claim claim;
  private final Counters counters;
  private final Frames toClient = new Frames();
  private final Consumer<Duration> closer;
  private boolean leaving;
  private boolean saidGoodbye;

  Tunnel(Vertx vertx, NetSocket client, NetSocket instance, Claim claim, Counters counters) {
    this.vertx = vertx;
    this.client = client;
    this.instance = instance;
    this.claim = claim;
    this.counters = counters;
    var context = vertx.getOrCreateContext();
    this.closer = delay -> context.runOnContext(ignored -> leaveAfter(delay));
  }

  void open() {
    client.handler(chunk -> pass(chunk, client, instance));
    instance.handler(this::fromInstance);
    client.exceptionHandler(failure -> client.close());
    instance.exceptionHandler(failure -> instance.close());
    client.closeHandler(ignored -> close());
    instance.closeHandler(ignored -> close());
    client.resume();
    instance.resume();
    claim.whenDraining(closer);
  }

  private void fromInstance(Buffer chunk) {
    if (saidGoodbye) {
      return;
    }
    if (!leaving) {
      toClient.follow(chunk);
      pass(chunk, instance, client);
      return;
    }
    int end = toClient.followToBoundary(chunk);
    pass(chunk.slice(0, end), instance, client);
    if (toClient.atBoundary()) {
      sayGoodbye();
    }
  }

  private void leaveAfter(Duration delay) {
    if (delay.isZero()) {
      leave();
    } else {
      vertx.setTimer(delay.toMillis() + 1, timer -> leave());
    }
  }

  private void leave() {
    leaving = true;
    if (toClient.atBoundary() && !saidGoodbye) {
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    saidGoodbye = true;
    counters.goodbyes().increment();
    client.write(Frames.GOING_AWAY);
    vertx.setTimer(GOODBYE_MILLIS, timer -> close());
  }

  private void close() {
    claim.endedByItself(closer);
    claim.close();
    client.close();
    instance.close();
  }

  private static void pass(Buffer chunk, NetSocket from, NetSocket to) {
    to.write(chunk);
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(ignored -> from.resume());
    }
  }
}
