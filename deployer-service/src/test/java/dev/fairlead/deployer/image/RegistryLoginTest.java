package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@DisplayName("An image of a registry that wants a login")
@ExtendWith(OutputCaptureExtension.class)
class RegistryLoginTest {

  private static final String BUILT = "fairlead-test/logins:1";
  private static final String USER = "dora";
  private static final String PASSWORD = "open-sesame-7";

  private static DockerClient engine;
  private static Engine here;
  private static String image;

  private TinyRegistry registry;
  private RegistryLogins logins;
  private String reference;

  @BeforeAll
  static void build(@TempDir Path folder) throws Exception {
    engine = BusyboxImages.engine();
    here = DockerEngine.local(Optional.empty(), Files.createDirectory(folder.resolve("state")));
    Path context = Files.createDirectory(folder.resolve("context"));
    BusyboxImages.build(engine, context, BUILT, Map.of("index.html", "private"), "");
    image = String.valueOf(engine.inspectImageCmd(BUILT).exec().getId());
  }

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    registry = new TinyRegistry();
    reference = registry.address() + "/orders@" + registry.publish(engine, BUILT, "orders", "1");
    logins = new RegistryLogins(folder, folder.toString(), Duration.ofSeconds(5));
  }

  @AfterEach
  void close() throws IOException {
    try {
      engine.removeImageCmd(reference).exec();
    } catch (NotFoundException neverPulled) {
      // as it should be, where the login is refused
    }
    registry.close();
  }

  @Test
  @DisplayName("is pulled by its digest with the login that 'docker login' has written")
  void basic() throws Exception {
    registry.guarded(USER, PASSWORD);
    loggedIn(PASSWORD);

    assertThat(pulled()).isEqualTo(image);
  }

  @Test
  @DisplayName("is pulled with a token, where the registry wants one for the login")
  void token() throws Exception {
    registry.guardedByTokens(USER, PASSWORD);
    loggedIn(PASSWORD);

    assertThat(pulled()).isEqualTo(image);
  }

  @Test
  @DisplayName("is pulled with a login that was made, or corrected, after the deployer's start")
  void later() throws Exception {
    registry.guarded(USER, PASSWORD);
    Images images = new Images(here, logins);
    assertThat(refusal(images)).hasMessageContaining("has none for it");
    loggedIn("wrong");
    assertThat(refusal(images)).hasMessageContaining("refused the login of dora");
    loggedIn(PASSWORD);

    assertThat(images.resolve(reference).digest().value()).isEqualTo(image);
  }

  @Test
  @DisplayName("is pulled with the login that a credential helper keeps")
  void helper() throws Exception {
    registry.guarded(USER, PASSWORD);
    configured("{'credHelpers': {'%s': 'test'}}".formatted(registry.address()));
    program(
        "read registry; [ \"$1 $registry\" = 'get %s' ] || exit 3; echo '{\"Username\":\"%s\",\"Secret\":\"%s\"}'"
            .formatted(registry.address(), USER, PASSWORD));

    assertThat(pulled()).isEqualTo(image);
  }

  @Test
  @DisplayName("is not pulled, and one error says which login was refused and what to do")
  void refused(CapturedOutput output) throws Exception {
    registry.guarded(USER, "another");
    loggedIn(PASSWORD);

    ArtifactUnusable refusal = refusal(new Images(here, logins));

    assertThat(refusal)
        .hasMessageContaining(
            "%s refused the login of dora of %s".formatted(registry.address(), logins.file()));
    assertThat(refusal.advice())
        .isEqualTo(
            "check its name, and run 'docker login %s' as %s, the deployer's user"
                .formatted(registry.address(), System.getProperty("user.name")));
    String encoded =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    assertThat(everythingSaid(refusal) + output).doesNotContain(PASSWORD).doesNotContain(encoded);
  }

  @Test
  @DisplayName("is not pulled, where the token server refuses the login")
  void tokenRefused() throws Exception {
    registry.guardedByTokens(USER, "another");
    loggedIn(PASSWORD);

    assertThat(refusal(new Images(here, logins))).hasMessageContaining("refused the login of dora");
  }

  @Test
  @DisplayName("is asked for without one, where the keeper of all logins has none")
  void noneKept() throws Exception {
    registry.guarded(USER, PASSWORD);
    configured("{'auths': {'%s': {}}, 'credsStore': 'test'}".formatted(registry.address()));
    program("echo 'credentials not found in native keychain'; exit 1");

    assertThat(refusal(new Images(here, logins))).hasMessageContaining("has none for it");
  }

  @Test
  @DisplayName("is not asked for when its helper is missing or fails, and that is said")
  void brokenHelper() throws Exception {
    configured("{'credsStore': 'test'}");
    ArtifactUnusable missing = refusal(new Images(here, logins));
    assertThat(missing).hasMessageContaining("docker-credential-test, which is not on the");
    assertThat(missing.advice()).startsWith("install it");

    program("echo '{\"Secret\": \"%s\"'; exit 4".formatted(PASSWORD));
    ArtifactUnusable failed = refusal(new Images(here, logins));
    assertThat(failed).hasMessageContaining("docker-credential-test ended with exit code 4");
    assertThat(everythingSaid(failed)).doesNotContain(PASSWORD);

    program("echo '{\"Secret\": \"%s\"'".formatted(PASSWORD));
    ArtifactUnusable garbled = refusal(new Images(here, logins));
    assertThat(garbled).hasMessageContaining("answered something that is no login");
    assertThat(everythingSaid(garbled)).doesNotContain(PASSWORD);
    assertThat(registry.manifestsAsked).hasValue(0);
  }

  @Test
  @DisplayName("is not asked for when the file of logins is damaged; its words are not told")
  void damaged() throws Exception {
    configured("{'auths': {'%s': {'auth': '%s".formatted(registry.address(), PASSWORD));
    ArtifactUnusable cut = refusal(new Images(here, logins));
    assertThat(cut).hasMessageContaining("%s is no JSON at line 1".formatted(logins.file()));

    configured("{'auths': {'%s': {'auth': '%s!'}}}".formatted(registry.address(), PASSWORD));
    ArtifactUnusable garbled = refusal(new Images(here, logins));
    assertThat(garbled).hasMessageContaining("is not Base64");
    assertThat(everythingSaid(cut) + everythingSaid(garbled)).doesNotContain(PASSWORD);
  }

  @Test
  @DisplayName("has its login under the name of the registry, or an address of it")
  void names() throws Exception {
    configured(
        """
        {'auths': {'https://a.example/v1/': {'username': 'ann', 'password': 'p'},
                   'https://index.docker.io/v1/': {'identitytoken': 't'},
                   'b.example': {}}}""");

    assertThat(logins.find("a.example")).map(AuthConfig::getUsername).hasValue("ann");
    assertThat(logins.find("docker.io")).map(AuthConfig::getIdentitytoken).hasValue("t");
    assertThat(logins.find("b.example")).isEmpty();
    assertThat(logins.find("c.example")).isEmpty();
    assertThat(logins.all().getConfigs()).hasSize(2);
  }

  private String pulled() {
    return new Images(here, logins).resolve(reference).digest().value();
  }

  private ArtifactUnusable refusal(Images images) {
    return catchThrowableOfType(ArtifactUnusable.class, () -> images.resolve(reference));
  }

  private static String everythingSaid(ArtifactUnusable refusal) {
    StringBuilder said = new StringBuilder(String.valueOf(refusal.advice()));
    for (Throwable one = refusal; one != null; one = one.getCause()) {
      said.append(one);
    }
    return said.toString();
  }

  private void loggedIn(String password) throws IOException {
    String both = USER + ":" + password;
    configured(
        "{'auths': {'%s': {'auth': '%s'}}}"
            .formatted(
                registry.address(),
                Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))));
  }

  private void configured(String json) throws IOException {
    Files.writeString(logins.file(), json.replace('\'', '"'));
  }

  private void program(String script) throws IOException {
    Path program = logins.folder().resolve("docker-credential-test");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
