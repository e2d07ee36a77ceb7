package dev.fairlead.benchmarks;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Busybox's web server as an image, by Docker's own command; nothing is pulled. */
final class BusyboxImage implements AutoCloseable {

  static final String NAME = "fairlead-benchmark/busybox";

  /** Ends at SIGTERM, which the first process of a container does not by itself. */
  private static final String SERVE =
      "/bin/busybox httpd -f -p ${PORT:-8080} -h /www & trap 'exit 0' TERM; wait; wait";

  private final Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  BusyboxImage(Path folder) {
    this.folder = folder;
  }

  /** Its front page is the version. */
  void build(String version) throws IOException, InterruptedException {
    Path context = Files.createDirectory(folder.resolve("image-" + version));
    Files.copy(Executables.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Path www = Files.createDirectory(context.resolve("www"));
    Files.writeString(www.resolve("index.html"), version);
    Files.writeString(www.resolve("health"), "up");
    Files.writeString(www.resolve("serve.sh"), SERVE);
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM scratch
        COPY busybox /bin/busybox
        COPY www /www/
        WORKDIR /www
        CMD ["/bin/busybox", "sh", "/www/serve.sh"]
        """);
    docker("build", "--quiet", "--tag", tag(version), context.toString());
  }

  /**
   * @return milliseconds from the command to the first answer
   */
  long runUntilItAnswers(String version) throws IOException, InterruptedException {
    int port = Ports.free();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health".formatted(port))).build();
    long begun = System.nanoTime();
    String container =
        docker("run", "--detach", "--publish", "127.0.0.1:%d:8080".formatted(port), tag(version));
    DeployerRig.await(() -> http.send(request, BodyHandlers.ofString()).statusCode() == 200);
    long millis = DeploymentBenchmark.since(begun);
    docker("rm", "--force", container);
    return millis;
  }

  private static String tag(String version) {
    return "%s:%s".formatted(NAME, version);
  }

  /** What it printed. */
  private static String docker(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("%s: %s".formatted(String.join(" ", command), said));
    }
    return said.strip();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    String containers =
        docker("ps", "--all", "--quiet", "--filter", "label=fairlead.application=benchmark-image");
    for (String container : containers.lines().toList()) {
      docker("rm", "--force", container);
    }
    docker("rmi", "--force", tag("a"), tag("b"));
    http.close();
  }
}
