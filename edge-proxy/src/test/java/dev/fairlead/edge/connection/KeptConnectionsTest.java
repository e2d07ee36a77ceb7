package dev.fairlead.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which connection a request travels on, seen from an instance that counts them. */
class KeptConnectionsTest {
  @TempDir Path folder;
  private Rig rig;
  private Counting instance;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "PATIENCE_MILLIS=300");
    instance = new Counting();
    rig.route(
        "{\"fence\":1,\"match\":{\"pathPrefix\":\"/\"},\"instances\":[{\"id\":\"counting\",\"address\":\"127.0.0.1:%d\"}]}"
            .formatted(instance.socket.getLocalPort()));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    instance.socket.close();
  }

  @Test
  void sendsAPostOnAKeptConnectionOnlyShortlyAfterItWasUsed() throws Exception {
    assertThat(post().statusCode()).isEqualTo(200);
    assertThat(post().statusCode()).isEqualTo(200);
    assertThat(instance.connections).hasValue(1);

    // The rule is about real time at an instance, so real time has to pass.
    await().pollDelay(Duration.ofMillis(600)).until(() -> true);
    assertThat(post().statusCode()).isEqualTo(200);
    assertThat(instance.connections).hasValue(2);
  }

  @Test
  void sendsAGetOnAConnectionThatIdledAndRepeatsItWhereThatWasJustClosed() throws Exception {
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    await().pollDelay(Duration.ofMillis(600)).until(() -> true);
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    assertThat(instance.connections).hasValue(1);

    instance.closeAtNextRequest = true;
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    assertThat(instance.connections).hasValue(2);
  }

  @Test
  void neverRepeatsAPostThatAnInstanceMayHaveProcessed() throws Exception {
    assertThat(post().statusCode()).isEqualTo(200);
    instance.closeAtNextRequest = true;
    assertThat(post().statusCode()).isEqualTo(502);
    assertThat(instance.requests).hasValue(2);
  }

  @Test
  void keepsNoConnectionThatTheInstanceWillClose() throws Exception {
    instance.more = "Connection: close\r\n";
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    assertThat(rig.get("/").statusCode()).isEqualTo(200);
    assertThat(instance.connections).hasValue(2);
  }

  @Test
  void passesTheFinalAnswerAfterInterimOnes() throws Exception {
    instance.before = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    assertThat(rig.get("/").body()).isEqualTo("counted");
    assertThat(rig.get("/").body()).isEqualTo("counted");
    assertThat(instance.connections).hasValue(1);
  }

  @Test
  void passesABodyWholeHoweverItIsCutIntoPieces() throws Exception {
    instance.more = "X-Long: " + "x".repeat(1_900) + "\r\n";
    for (int i = 0; i < 300; i++) {
      instance.more = instance.more.replaceFirst("x", "xx");
      assertThat(rig.get("/").body()).isEqualTo("counted");
    }
  }

  @Test
  void answers502ToWhatIsNotHttp() throws Exception {
    instance.before = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
    HttpResponse<String> answer = post();
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("counting at 127.0.0.1");
  }

  private HttpResponse<String> post() throws IOException, InterruptedException {
    return rig.http.send(
        HttpRequest.newBuilder(rig.traffic("/")).POST(BodyPublishers.ofString("an order")).build(),
        BodyHandlers.ofString());
  }

  /** Speaks just enough HTTP, and does as it is told. */
  private static final class Counting {
    final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    volatile boolean closeAtNextRequest;
    volatile String before = "";
    volatile String more = "";

    Counting() throws IOException {
      Thread.startVirtualThread(this::accept);
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket accepted = socket.accept();
          connections.incrementAndGet();
          Thread.startVirtualThread(() -> serve(accepted));
        } catch (IOException e) {
          broken.add(e);
        }
      }
    }

    private void serve(Socket connection) {
      try (connection) {
        while (readRequest(connection.getInputStream())) {
          requests.incrementAndGet();
          if (closeAtNextRequest) {
            closeAtNextRequest = false;
            return;
          }
          String answer =
              before + "HTTP/1.1 200 OK\r\n" + more + "Content-Length: 7\r\n\r\ncounted";
          connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        broken.add(e);
      }
    }

    /** Head and body of one request; false where the client has closed. */
    private static boolean readRequest(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return false;
        }
        head.append((char) next);
      }
      if (head.toString().startsWith("POST")) {
        in.readNBytes("an order".length());
      }
      return true;
    }
  }
}
