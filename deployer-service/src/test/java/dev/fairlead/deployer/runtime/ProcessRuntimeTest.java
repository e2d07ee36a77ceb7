package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The process runtime")
class ProcessRuntimeTest extends RuntimeConformance {

  private static final ArtifactDigest DIGEST = new ArtifactDigest("sha256:" + "ab".repeat(32));

  private static final String TALKATIVE =
      """
      #!/bin/sh
      head -c %d /dev/zero | tr '\\0' x
      echo
      echo before
      while ! [ -e go-on ]; do sleep 0.05; done
      echo after
      exec sleep 600
      """
          .formatted(2 << 20);

  @TempDir private Path folder;

  @Override
  Runtime open() {
    return new ProcessRuntime(
        folder.resolve("runtime"), new PortRange(20_000, 29_999), Clock.systemUTC());
  }

  @Override
  Program program(Behaviour behaviour) throws IOException {
    Path release = Files.createDirectories(folder.resolve("release"));
    Files.writeString(release.resolve("index.html"), "hello");
    Path script = release.resolve(behaviour + ".sh");
    if (!Files.exists(script)) {
      Files.writeString(script, script(behaviour));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return new Program.Unpacked(DIGEST, release, List.of("./" + script.getFileName()));
  }

  private static String script(Behaviour behaviour) {
    String server =
        """
        #!/bin/sh
        if command -v busybox >/dev/null; then
          EXEC busybox httpd -f -p 127.0.0.1:$PORT -h .
        else
          EXEC java -m jdk.httpserver -b 127.0.0.1 -p $PORT
        fi
        """;
    return switch (behaviour) {
      case SERVES -> server.replace("EXEC", "exec");
      case STUBBORN ->
          server.replace("#!/bin/sh", "#!/bin/sh\ntrap '' TERM").replace("EXEC", "exec");
      case FAILS ->
          """
          #!/bin/sh
          env
          echo I cannot work
          echo and tell why >&2
          exit 3
          """;
    };
  }

  @Override
  void kill(Instance instance) {
    new ProcessTable()
        .withVariable("FAIRLEAD_INSTANCE", instance.id().value())
        .forEach(
            process ->
                ProcessHandle.of(process.identity().pid())
                    .ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  @DisplayName("writes no secret to its folder")
  void secrets() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    open().start(spec, fence);
    awaitAnswer(spec.id());

    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain("canary-secret");
      }
    }
    assertThat(spec.toString()).doesNotContain("canary-secret");
  }

  @Test
  @DisplayName("finds a process whose deployer died before it wrote down the pid")
  void interruptedStart() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    open().start(spec, fence);
    Instance started = awaitAnswer(spec.id());
    ProcessRecords records =
        new ProcessRecords(
            folder.resolve("runtime/instances"), new Reserve(folder.resolve("reserve")));
    ProcessRecord written = records.find(spec.id()).orElseThrow();
    records.save(ProcessRecord.of(spec, written.port(), written.requestedAt()));

    Runtime successor = open();

    assertThat(successor.observe(spec.id())).contains(started);
    assertThat(successor.start(spec, fence)).isEqualTo(started);
    successor.stop(spec.id(), GRACE, fence);
    assertThat(answers(started)).isFalse();
  }

  @Test
  @DisplayName("leaves a process alone that got the pid of an instance")
  void reusedPid() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    open().start(spec, fence);
    Instance started = awaitAnswer(spec.id());
    kill(started);
    Process bystander = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessRecords records =
          new ProcessRecords(
              folder.resolve("runtime/instances"), new Reserve(folder.resolve("reserve")));
      ProcessRecord written = records.find(spec.id()).orElseThrow();
      ProcessIdentity old = written.process().orElseThrow();
      records.save(
          written.startedAs(new ProcessIdentity(bystander.pid(), old.boot(), old.startTicks())));

      assertThat(open().observe(spec.id()).orElseThrow().running()).isFalse();
      open().stop(spec.id(), GRACE, fence);

      assertThat(bystander.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
    }
  }

  @Test
  @DisplayName("cuts the log of an instance that runs, which goes on writing it")
  void cutsLogs() throws Exception {
    Path script = Files.writeString(folder.resolve("talks.sh"), TALKATIVE);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(
        new InstanceSpec(
            spec.id(),
            place,
            spec.deployment(),
            spec.version(),
            new Program.Unpacked(DIGEST, folder, List.of("./talks.sh")),
            spec.environment(),
            spec.limits()),
        fence);
    await().until(() -> runtime.log(spec.id(), 1).equals(Optional.of(List.of("before"))));
    Path log = folder.resolve("runtime/instances").resolve(spec.id() + "/output.log");

    runtime.cutLogs(3 << 20);
    assertThat(log).hasSize((2 << 20) + "\nbefore\n".length());
    runtime.cutLogs(1 << 20);

    assertThat(log).isEmptyFile();
    Files.createFile(folder.resolve("go-on"));
    await().until(() -> runtime.log(spec.id(), 2).equals(Optional.of(List.of("before", "after"))));
    assertThat(log).content().isEqualTo("after\n");
  }

  @Test
  @DisplayName("refuses a command that is not there, and says where it looked")
  void noCommand() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    InstanceSpec wrong =
        new InstanceSpec(
            spec.id(),
            place,
            spec.deployment(),
            spec.version(),
            new Program.Unpacked(DIGEST, folder, List.of("no-such-program")),
            spec.environment(),
            spec.limits());

    assertThatThrownBy(() -> open().start(wrong, fence))
        .isInstanceOf(RuntimeFailure.class)
        .hasMessage(
            "command 'no-such-program' is not on the deployer's PATH; install it, or name a file of the archive as ./no-such-program");
    assertThat(open().observe(place)).isEmpty();
  }
}
