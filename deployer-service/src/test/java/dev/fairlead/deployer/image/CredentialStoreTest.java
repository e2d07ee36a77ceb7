package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@DisplayName("A credential helper")
@ExtendWith(OutputCaptureExtension.class)
class CredentialStoreTest {

  private static final String LOGIN = "echo '{\"Username\":\"dora\",\"Secret\":\"open-sesame-7\"}'";
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Of the environment of this module's tests, by its pom.xml. */
  private static final String OTHER_VARIABLE = "PASSWORD_OF_NOBODY";

  private Path folder;

  @BeforeEach
  void open(@TempDir Path temporary) {
    folder = temporary;
  }

  @Test
  @DisplayName(
      "that leaves a child behind, which keeps its output open, is told of and not awaited")
  void child() throws Exception {
    program("test", "sleep 60 & echo $! > %s/pid; %s".formatted(folder, LOGIN));

    try {
      assertThat(refusal("test", SHORT))
          .hasMessageContaining("has not answered and hung up within");
    } finally {
      startedByIt().ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  @DisplayName("that takes too long is ended with what it has started")
  void slow() throws Exception {
    program("test", "sleep 60 & echo $! > %s/pid; wait".formatted(folder));

    LoginUnusable refusal = refusal("test", SHORT);

    assertThat(refusal).hasMessageContaining("within PT2S when asked for a.example");
    assertThat(refusal.advice()).contains("get > /dev/null; echo $?");
    startedByIt().ifPresent(one -> one.onExit().join());
  }

  @Test
  @DisplayName("that answers without end is stopped")
  void endless() throws Exception {
    program("test", "exec yes");

    assertThat(refusal("test", SHORT)).isNotNull();
  }

  @Test
  @DisplayName("that answers with nothing is broken, and no login without a name")
  void empty() throws Exception {
    program("test", "echo '{}'");
    assertThat(refusal("test", LONG)).hasMessageContaining("answered without a Username");

    program("test", "echo '{\"Username\":\"dora\",\"Secret\":\"\"}'");
    assertThat(refusal("test", LONG)).hasMessageContaining("answered without a Secret");

    program("test", "true");
    assertThat(refusal("test", LONG)).hasMessageContaining("answered");
  }

  /** Of whatever environment this test has: the names are not those that it may get. */
  @Test
  @DisplayName("sees of the deployer's environment only what is meant for it")
  void environment() throws Exception {
    program("test", "env > %s/seen; %s".formatted(folder, LOGIN));

    new CredentialStore("test", folder.toString(), LONG).find("a.example");

    Set<String> ofTheShell = Set.of("PWD", "SHLVL", "_", "OLDPWD");
    HelperVariables variables = HelperVariables.of(System.getenv());
    Set<String> seen =
        Files.readAllLines(folder.resolve("seen")).stream()
            .filter(line -> line.matches("[A-Za-z_]\\w*=.*"))
            .map(line -> line.substring(0, line.indexOf('=')))
            .filter(name -> !ofTheShell.contains(name))
            .collect(Collectors.toSet());
    assertThat(System.getenv()).as("something it must not see").containsKey(OTHER_VARIABLE);
    assertThat(seen)
        .contains("PATH")
        .doesNotContain(OTHER_VARIABLE)
        .isEqualTo(variables.from(System.getenv()).keySet());
  }

  @Test
  @DisplayName("gets the variables of its cloud, or those that the operator has named instead")
  void variables() {
    Map<String, String> deployer =
        Map.of(
            "PATH", "/bin",
            "DOCKER_CONFIG", "/etc/docker",
            "FAIRLEAD_DB_PASSWORD", "p",
            "AWS_PROFILE", "images",
            "AWSOME", "no");

    assertThat(HelperVariables.of(deployer).from(deployer))
        .containsOnlyKeys("PATH", "DOCKER_CONFIG", "AWS_PROFILE");
    assertThat(
            HelperVariables.of(Map.of(HelperVariables.SETTING, " AWSOME , FAIRLEAD_DB_*,"))
                .from(deployer))
        .containsOnlyKeys("PATH", "DOCKER_CONFIG", "AWSOME", "FAIRLEAD_DB_PASSWORD");
  }

  @Test
  @DisplayName("that is broken, or a login that is garbled, takes no other login from a build")
  void others(CapturedOutput output) throws Exception {
    program("test", LOGIN);
    program("broken", "exit 4");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"auths": {"a.example": {"auth": "open-sesame-7!"},
                   "b.example": {"username": "ann", "password": "p"}},
         "credHelpers": {"c.example": "test", "d.example": "broken", "e.example": "../x"}}""");

    assertThat(new RegistryLogins(folder, folder.toString(), LONG).all().getConfigs().values())
        .extracting(AuthConfig::getUsername)
        .containsExactlyInAnyOrder("ann", "dora");
    assertThat(output.getAll())
        .contains("registry=a.example login=none", "registry=d.example", "registry=e.example")
        .doesNotContain("registry=b.example", "registry=c.example", "open-sesame-7");
  }

  /** The process that the program has told of. */
  private Optional<ProcessHandle> startedByIt() throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).strip()));
  }

  private LoginUnusable refusal(String name, Duration patience) {
    return catchThrowableOfType(
        LoginUnusable.class,
        () -> new CredentialStore(name, folder.toString(), patience).find("a.example"));
  }

  private void program(String name, String script) throws IOException {
    Path program = folder.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
