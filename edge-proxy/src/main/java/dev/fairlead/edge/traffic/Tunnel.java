package dev.fairlead.edge.traffic;

import dev.fairlead.edge.connection.Connection;
import dev.fairlead.edge.connection.Conversation;
import dev.fairlead.edge.routing.Claim;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A WebSocket between client and instance. Bytes pass as they are; when the instance drains, the
 * client is sent Close 1001 between two frames, and its answer takes the instance's side down in
 * order too.
 */
final class Tunnel implements Conversation {
  private static final long GOODBYE_MILLIS = 2_000;

  private final TrafficServer server;
  private final NetSocket client;
  private final Connection instance;
  private final Claim claim;
  private final Frames toClient = new Frames();
  private final Consumer<Duration> closer;
  private boolean leaving;
  private boolean saidGoodbye;

  private Tunnel(TrafficServer server, NetSocket client, Connection instance, Claim claim) {
    this.server = server;
    this.client = client;
    this.instance = instance;
    this.claim = claim;
    this.closer = delay -> server.loop().execute(() -> leaveAfter(delay));
  }

  /** Turns a request that the instance agreed to upgrade into a tunnel. */
  static void open(
      TrafficServer server, HttpServerRequest request, Connection instance, Claim claim) {
    instance.upgrade();
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
    request
        .toNetSocket()
        .onComplete(
            client -> new Tunnel(server, client, instance, claim).open(),
            failure -> {
              claim.close();
              instance.abandon();
            });
  }

  private void open() {
    client.handler(this::fromClient);
    client.exceptionHandler(failure -> client.close());
    client.closeHandler(ignored -> close());
    instance.whenWritable(client::resume);
    instance.continueWith(this);
    client.resume();
    instance.resume();
    claim.whenDraining(closer);
  }

  private void fromClient(Buffer chunk) {
    instance.write(((BufferInternal) chunk).getByteBuf());
    if (instance.isFull()) {
      client.pause();
    }
  }

  @Override
  public void received(ByteBuf bytes) {
    if (saidGoodbye) {
      return;
    }
    Buffer chunk = Buffer.buffer(ByteBufUtil.getBytes(bytes));
    if (!leaving) {
      toClient.follow(chunk);
      pass(chunk);
      return;
    }
    int end = toClient.followToBoundary(chunk);
    pass(chunk.slice(0, end));
    if (toClient.atBoundary()) {
      sayGoodbye();
    }
  }

  private void pass(Buffer chunk) {
    client.write(chunk);
    if (client.writeQueueFull()) {
      instance.pause();
      client.drainHandler(ignored -> instance.resume());
    }
  }

  @Override
  public void ended() {
    close();
  }

  @Override
  public void broke(Throwable reason) {
    close();
  }

  private void leaveAfter(Duration delay) {
    if (delay.isZero()) {
      leave();
    } else {
      server.after(delay.toMillis() + 1, this::leave);
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
    server.counters().goodbyes().increment();
    client.write(Frames.GOING_AWAY);
    server.after(GOODBYE_MILLIS, this::close);
  }

  private void close() {
    claim.endedByItself(closer);
    claim.close();
    client.close();
    instance.abandon();
  }
}
