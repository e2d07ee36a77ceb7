package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.Cable;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A deployer with two Docker hosts, of which the way to one can be cut; and what runs on them. */
final class TwoHosts implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String SERVE =
      "/bin/busybox httpd -f -p $PORT -h /www & trap 'exit 0' TERM; wait; wait";

  final SpareEngine alpha;
  final SpareEngine beta;
  final Cable toBeta;
  final Stage stage;
  private final Path folder;

  private final Closing closing;

  private TwoHosts(
      Path folder,
      SpareEngine alpha,
      SpareEngine beta,
      Cable toBeta,
      Stage stage,
      Closing closing) {
    this.folder = folder;
    this.closing = closing;
    this.alpha = alpha;
    this.beta = beta;
    this.toBeta = toBeta;
    this.stage = stage;
  }

  static TwoHosts set(Path folder) throws Exception {
    Closing closing = new Closing();
    try {
      return set(folder, closing);
    } catch (Exception | AssertionError e) {
      closing.close();
      throw e;
    }
  }

  private static TwoHosts set(Path folder, Closing closing) throws Exception {
    Authority authority = new Authority("harbour master");
    SpareEngine alpha =
        closing.add(
            SpareEngine.start(Files.createDirectory(folder.resolve("a")), authority, authority));
    SpareEngine beta =
        closing.add(
            SpareEngine.start(Files.createDirectory(folder.resolve("b")), authority, authority));
    Cable toBeta = closing.add(new Cable(beta.port()));
    Path certificates =
        authority.issue(folder.resolve("tls"), authority, "127.0.0.1", Duration.ofDays(1));
    Stage stage =
        closing.add(
            Stage.apart(
                folder,
                host("alpha", "engine", "tcp://127.0.0.1:" + alpha.port()),
                host("alpha", "certificates", certificates.toString()),
                host("alpha", "address", "127.0.0.2"),
                host("beta", "engine", "tcp://127.0.0.1:" + toBeta.port()),
                host("beta", "certificates", certificates.toString()),
                host("beta", "address", "127.0.0.3"),
                "--fairlead.deployer.artifact-grace=0s",
                "--fairlead.deployer.upkeep=500ms"));
    TwoHosts hosts = new TwoHosts(folder, alpha, beta, toBeta, stage, closing);
    for (String version : List.of("1", "2", "3")) {
      hosts.written(version);
    }
    return hosts;
  }

  private static String host(String name, String key, String value) {
    return "--fairlead.deployer.docker-hosts.%s.%s=%s".formatted(name, key, value);
  }

  private void written(String version) throws Exception {
    Path context = Files.createDirectory(folder.resolve("context-" + version));
    Files.copy(Neighbours.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Files.writeString(context.resolve("index.html"), "version " + version);
    Files.writeString(context.resolve("health"), "up");
    Files.writeString(context.resolve("serve.sh"), SERVE);
    Files.writeString(context.resolve(".dockerignore"), "Dockerfile\n");
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM scratch
        COPY busybox /bin/busybox
        COPY index.html health serve.sh /www/
        CMD ["/bin/busybox", "sh", "/www/serve.sh"]
        """);
  }

  void applied(String application, String... more) {
    String manifest =
        """
        application: %s
        runtime: docker
        artifact: {build: {context: "context-{version}"}}
        port: 8080
        health: {path: /health, interval: 100ms, stay-healthy: 200ms, within: 10s}
        route: {host: "%s.{environment}.localhost"}
        drain: 2s
        environments: {staging: {}}
        """
                .formatted(application, application)
            + unlessGiven("hosts: [alpha, beta]", more)
            + unlessGiven("strategy: {rolling: {batch: 2}}", more)
            + unlessGiven("bake: 0s", more)
            + unlessGiven("verification: {window: 0s, checks: [{path: /health}]}", more)
            + String.join("\n", more);
    Stage.Answer answer =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  private static String unlessGiven(String usual, String... lines) {
    String key = usual.substring(0, usual.indexOf(':') + 1);
    return Stream.of(lines).anyMatch(line -> line.startsWith(key)) ? "" : usual + "\n";
  }

  Stage.Answer succeeded(String deployment) {
    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    return ended;
  }

  static List<Container> instances(SpareEngine engine, String application) {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of("fairlead.application", application))
        .exec();
  }

  static List<String> versions(SpareEngine engine, String application) {
    return instances(engine, application).stream().map(one -> label(one, "version")).toList();
  }

  static boolean is(Container container, String version) {
    return label(container, "version").equals(version);
  }

  static String label(Container container, String name) {
    return String.valueOf(container.getLabels().get("fairlead." + name));
  }

  static List<String> images(SpareEngine engine) {
    return engine.client().listImagesCmd().exec().stream().map(image -> image.getId()).toList();
  }

  /** The versions of the instances that the router was seen to serve from. */
  List<String> serving(String application) {
    return stage
        .get("/instances?application=" + application)
        .body()
        .valueStream()
        .filter(one -> one.path("traffic").asString("").equals("serving"))
        .map(one -> one.path("version").asString(""))
        .toList();
  }

  void awaitStep(String deployment, String step) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              Stage.Answer now = stage.get("/deployments/" + deployment);
              assertThat(now.body().path("endedAt").isString()).as(now.toString()).isFalse();
              return now.text("step").equals(step);
            });
  }

  /** The same name, the same labels, the same port: another image. */
  void swap(Container container, String image) {
    InspectContainerResponse found = alpha.client().inspectContainerCmd(container.getId()).exec();
    alpha.client().removeContainerCmd(container.getId()).withForce(true).exec();
    alpha
        .client()
        .createContainerCmd(image)
        .withName(found.getName().substring(1))
        .withLabels(Objects.requireNonNull(found.getConfig().getLabels()))
        .withEnv(Objects.requireNonNull(found.getConfig().getEnv()))
        .withExposedPorts(Objects.requireNonNull(found.getConfig().getExposedPorts()))
        .withHostConfig(found.getHostConfig())
        .exec();
    alpha.client().startContainerCmd(found.getName().substring(1)).exec();
  }

  @Override
  public void close() {
    closing.close();
  }
}
