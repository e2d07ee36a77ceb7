package dev.fairlead.edge;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small application with every kind of request that is hard to move: slow ones, uploads, event
 * streams, WebSockets. Also runs as a process of its own, which ends at once on SIGTERM.
 */
public final class App implements AutoCloseable {
  public final String name;
  public final AtomicInteger posts = new AtomicInteger();

  /** Pieces of 64 KiB that were taken of answers to {@code /big}. */
  public final AtomicInteger chunks = new AtomicInteger();

  public final List<Integer> closeCodes = Collections.synchronizedList(new ArrayList<>());
  private final Queue<HttpServerResponse> held = new ConcurrentLinkedQueue<>();
  public volatile int healthStatus = 200;
  public volatile int status = 200;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpServer server;

  public App(String name) {
    this(name, 0);
  }

  public App(String name, int port) {
    this.name = name;
    HttpServerOptions options =
        new HttpServerOptions().setHost("127.0.0.1").setPort(port).setAcceptBacklog(1024);
    server = vertx.createHttpServer(options);
    server.requestHandler(this::handle).webSocketHandler(this::echo).listen().await();
  }

  public static void main(String[] args) {
    App app = new App(args[0], Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(143)));
    System.out.println(app.address());
  }

  /** Answers the requests to {@code /held}. */
  public void answerHeld() {
    for (HttpServerResponse one = held.poll(); one != null; one = held.poll()) {
      one.end(name);
    }
  }

  public int port() {
    return server.actualPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  private void handle(HttpServerRequest request) {
    var response = request.response().setStatusCode(status).putHeader("X-App", name);
    switch (String.valueOf(request.path())) {
      case "/health" -> response.setStatusCode(healthStatus).end();
      case "/slow" -> {
        long millis = Long.parseLong(request.getParam("millis"));
        vertx.setTimer(millis, timer -> response.end(name));
      }
      case "/held" -> held.add(response);
      case "/unread" -> request.pause();
      case "/upload" -> {
        long[] bytes = {0};
        request.handler(chunk -> bytes[0] += chunk.length());
        request.endHandler(
            ignored -> {
              posts.incrementAndGet();
              response.end(String.valueOf(bytes[0]));
            });
      }
      case "/events" -> {
        response.putHeader("Content-Type", "text/event-stream").setChunked(true);
        response.write("data: hello from " + name + "\n\n");
        long timer = vertx.setPeriodic(50, ignored -> response.write("data: tick\n\n"));
        response.exceptionHandler(ignored -> {});
        response.closeHandler(ignored -> vertx.cancelTimer(timer));
      }
      case "/headers" -> {
        StringBuilder seen = new StringBuilder(request.method() + " " + request.uri() + "\n");
        request
            .headers()
            .forEach(
                (key, value) ->
                    seen.append(key.toLowerCase(java.util.Locale.ROOT))
                        .append(": ")
                        .append(value)
                        .append('\n'));
        request.body().onSuccess(body -> response.end(seen + "\n" + body));
      }
      case "/big" -> {
        byte[] chunk = new byte[64 * 1024];
        response.setChunked(true);
        sendBig(response, chunk, Integer.parseInt(request.getParam("chunks")));
      }
      case "/cut" -> {
        response.setChunked(true).write("half of it");
        vertx.setTimer(20, timer -> request.connection().close());
      }
      case "/empty" -> response.setStatusCode(204).end();
      default -> {
        response.putHeader("Content-Length", String.valueOf(name.length()));
        request.end().onSuccess(ignored -> response.end(name));
      }
    }
  }

  private void sendBig(HttpServerResponse response, byte[] chunk, int left) {
    if (left == 0) {
      response.end();
      return;
    }
    response
        .write(io.vertx.core.buffer.Buffer.buffer(chunk))
        .onSuccess(
            ignored -> {
              chunks.incrementAndGet();
              sendBig(response, chunk, left - 1);
            });
  }

  private void echo(ServerWebSocket socket) {
    socket.frameHandler(
        (WebSocketFrame frame) -> {
          if (frame.isText()) {
            socket.writeTextMessage(name + ":" + frame.textData());
          }
        });
    socket.closeHandler(
        ignored -> {
          Short code = socket.closeStatusCode();
          closeCodes.add(code == null ? -1 : (int) code);
        });
  }

  /** Ends without regard for anything in flight. */
  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
