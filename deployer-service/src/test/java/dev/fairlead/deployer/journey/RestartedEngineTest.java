package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Frame;
import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

@DisplayName("When a Docker Engine is restarted and ends its containers")
@ExtendWith(OutputCaptureExtension.class)
class RestartedEngineTest {

  private static final String SERVE =
      "/bin/busybox httpd -f -vv -p $PORT -h /www & trap 'exit 0' TERM; wait; wait";

  private static Path folder;
  private static SpareEngine engine;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Authority authority = new Authority("harbour master");
    engine = SpareEngine.start(Files.createDirectory(folder.resolve("e")), authority, authority);
    Path certificates =
        authority.issue(folder.resolve("tls"), authority, "127.0.0.1", Duration.ofDays(1));
    String alpha = "--fairlead.deployer.docker-hosts.alpha.";
    stage =
        Stage.set(
            folder,
            alpha + "engine=tcp://127.0.0.1:" + engine.port(),
            alpha + "certificates=" + certificates,
            alpha + "address=127.0.0.2");
    Path context = Files.createDirectory(folder.resolve("context"));
    Files.copy(Neighbours.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Files.writeString(context.resolve("health"), "up");
    Files.writeString(context.resolve("loaded"), "carried");
    Files.writeString(context.resolve("serve.sh"), SERVE);
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM scratch
        COPY busybox /bin/busybox
        COPY health loaded serve.sh /www/
        CMD ["/bin/busybox", "sh", "/www/serve.sh"]
        """);
  }

  @AfterAll
  static void strike() throws Exception {
    for (AutoCloseable one : Stream.of(stage, engine).filter(Objects::nonNull).toList()) {
      one.close();
    }
  }

  @Test
  @DisplayName("while load is measured, it is measured again: it is no fault")
  void measuredAgain(CapturedOutput output) throws Exception {
    applied();
    String deployment = stage.deploy("anchor", "staging", "1");
    stage.inStep(deployment, "load");
    await().atMost(Duration.ofSeconds(20)).until(RestartedEngineTest::allAreLoaded);

    Instant before = Instant.now();

    engine.restart();

    Stage.Answer ended = stage.ended(deployment);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    JsonNode load = Objects.requireNonNull(stage.step(ended, "load"));
    assertThat(load.path("outcome").asString()).as(load.toString()).isEqualTo("succeeded");
    assertThat(output.getAll())
        .as("the load was still on when they ended")
        .containsOnlyOnce("measure again");
    assertThat(instances()).as("they ended with it").hasSize(2);
    assertThat(instances().map(RestartedEngineTest::startedAt)).allMatch(before::isBefore);
    assertThat(instances().map(InspectContainerResponse::getRestartCount))
        .as("which is no crash: that tells it from one")
        .containsOnly(0);
  }

  /** As the program of each tells: from now on the load is being measured. */
  private static boolean allAreLoaded() throws InterruptedException {
    for (InspectContainerResponse instance : instances().toList()) {
      StringBuilder log = new StringBuilder();
      engine
          .client()
          .logContainerCmd(instance.getId())
          .withStdErr(true)
          .withTail(10)
          .exec(
              new ResultCallback.Adapter<Frame>() {
                @Override
                public void onNext(Frame frame) {
                  log.append(frame);
                }
              })
          .awaitCompletion();
      if (log.indexOf("/loaded") < 0) {
        return false;
      }
    }
    return true;
  }

  private static Stream<InspectContainerResponse> instances() {
    return engine.client().listContainersCmd().exec().stream()
        .map(one -> engine.client().inspectContainerCmd(one.getId()).exec());
  }

  private static Instant startedAt(InspectContainerResponse container) {
    return Instant.parse(Objects.requireNonNull(container.getState().getStartedAt()));
  }

  private static void applied() {
    String manifest =
        """
        application: anchor
        runtime: docker
        hosts: [alpha]
        artifact: {build: {context: context}}
        port: 8080
        replicas: 2
        health: {path: /health, interval: 100ms, timeout: 20s, stay-healthy: 200ms, within: 60s}
        route: {host: "anchor.{environment}.localhost"}
        drain: 2s
        bake: 0s
        verification: {window: 0s, load: {path: /loaded, users: 2, duration: 5s, max-error-rate: 0%, max-p95: 5s}}
        environments: {staging: {}}
        """;
    Stage.Answer answer =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }
}
