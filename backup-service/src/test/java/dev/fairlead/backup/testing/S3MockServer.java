package dev.fairlead.backup.testing;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adobe's S3Mock in a process of its own. It has what S3Proxy lacks: encryption at rest, lifecycle
 * rules; and checks no signatures.
 */
public final class S3MockServer {

  private static final Path CLASS_PATH =
      Path.of("..", "local-stack", "s3mock", "target", "class-path");
  private static @Nullable URI endpoint;

  private S3MockServer() {}

  /** Of the one that all tests of this JVM share, and that ends with it. */
  public static synchronized URI endpoint() {
    if (endpoint == null) {
      endpoint = start();
    }
    return endpoint;
  }

  private static URI start() {
    Neighbours.require(
        "s3mock",
        Files.exists(CLASS_PATH),
        "S3Mock is not collected: build with -am, which does it");
    int port = Ports.free();
    try {
      Path folder = Files.createTempDirectory(Path.of("target"), "s3mock-").toAbsolutePath();
      Process process =
          new ProcessBuilder(command(port, folder))
              .redirectErrorStream(true)
              .redirectOutput(new File("target/s3mock.log"))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      await("S3Mock answers; see target/s3mock.log")
          .atMost(Duration.ofSeconds(60))
          .until(() -> answers(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return URI.create("http://127.0.0.1:" + port);
  }

  private static List<String> command(int port, Path folder) throws IOException {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx200m",
        "-cp",
        Files.readString(CLASS_PATH).strip(),
        "com.adobe.testing.s3mock.S3MockApplication",
        "--http.port=" + port,
        "--server.port=0",
        "--com.adobe.testing.s3mock.vectors.httpPort=" + Ports.free(),
        "--com.adobe.testing.s3mock.vectors.httpsPort=" + Ports.free(),
        "--com.adobe.testing.s3mock.store.root=" + folder);
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
