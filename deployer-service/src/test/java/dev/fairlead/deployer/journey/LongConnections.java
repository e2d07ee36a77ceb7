package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * WebSockets and event streams that come back whenever they end. One that is told so beforehand (a
 * close frame, the last chunk) has lost nothing; one that just breaks off may have.
 */
final class LongConnections implements AutoCloseable {

  private static final int CLOSE_FRAME = 0x88;
  private static final byte[] PING = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};

  private final URI server;
  private final AtomicInteger farewells = new AtomicInteger();
  private final Queue<String> cuts = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ending;

  LongConnections(URI server, int ofEach) {
    this.server = server;
    for (int i = 0; i < ofEach; i++) {
      clients.add(Thread.startVirtualThread(() -> again(this::webSocket)));
      clients.add(Thread.startVirtualThread(() -> again(this::events)));
    }
  }

  /** How those ended that broke off without a word. */
  Queue<String> cuts() {
    return cuts;
  }

  int farewells() {
    return farewells.get();
  }

  @Override
  public void close() {
    ending = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private interface Conversation {
    /** Returns when the other side has said goodbye, or this one wants to end. */
    void hold(Wire wire) throws IOException, InterruptedException;
  }

  private void again(Conversation conversation) {
    while (!ending) {
      try (Wire wire = new Wire(server)) {
        conversation.hold(wire);
        if (!ending) {
          farewells.incrementAndGet();
        }
      } catch (IOException e) {
        cuts.add(Instant.now() + " " + e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void webSocket(Wire wire) throws IOException, InterruptedException {
    wire.send(
        "GET",
        "/echo",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
    require(wire.head().status() == 101, "WebSocket");
    while (!ending) {
      wire.write(PING);
      int kind = wire.read();
      if (kind == CLOSE_FRAME) {
        return;
      }
      require(kind == 0x81 && wire.read() == 2 && wire.text(2).equals("hi"), "echo but " + kind);
      Thread.sleep(200);
    }
  }

  /** A proxy may cut the stream into other chunks than the application did. */
  private void events(Wire wire) throws IOException {
    wire.send("GET", "/events", "Accept: text/event-stream\r\n");
    require(wire.head().status() == 200, "event stream");
    String end = "\n\n";
    while (!ending) {
      int size = Integer.parseInt(wire.line(), 16);
      end += wire.text(size);
      end = end.substring(end.length() - 2);
      require(wire.line().isEmpty(), "whole chunk");
      if (size == 0) {
        require(end.equals("\n\n"), "whole event");
        return;
      }
    }
  }

  private static void require(boolean asExpected, String what) throws IOException {
    if (!asExpected) {
      throw new IOException("no " + what);
    }
  }
}
