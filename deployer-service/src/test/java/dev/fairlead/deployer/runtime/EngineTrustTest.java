package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An engine of another host and the deployer")
class EngineTrustTest {

  private static final Duration DAY = Duration.ofDays(1);

  private static Path folder;
  private static Authority servers;
  private static Authority users;
  private static SpareEngine engine;

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    servers = new Authority("servers");
    users = new Authority("users");
    engine = SpareEngine.start(Files.createDirectory(folder.resolve("e")), servers, users);
  }

  @AfterAll
  static void stop() throws Exception {
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  @DisplayName("talk when each is signed by whom the other trusts")
  void trust() throws Exception {
    assertThat(reachability(users.issue(folder.resolve("good"), servers, "127.0.0.1", DAY)))
        .isInstanceOf(Reachability.Reachable.class)
        .extracting(Reachability::description)
        .asString()
        .startsWith("the Docker Engine of host alpha answers, version ");
  }

  @Test
  @DisplayName("do not when the deployer does not know who signed the engine's certificate")
  void unknownServer() throws Exception {
    Path certificates = users.issue(folder.resolve("stranger"), users, "127.0.0.1", DAY);

    assertThat(reachability(certificates).description())
        .contains(
            "the Docker Engine of host alpha could not be asked",
            "its certificate is not signed by ca.pem of that host's certificates");
  }

  @Test
  @DisplayName("do not when the engine does not know who signed the deployer's certificate")
  void unknownUser() throws Exception {
    Path certificates = servers.issue(folder.resolve("forged"), servers, "127.0.0.1", DAY);

    assertThat(reachability(certificates).description())
        .contains("it refuses our certificate cert.pem", "--tlscacert");
  }

  @Test
  @DisplayName("do not when the engine's certificate is for another address")
  void otherAddress() throws Exception {
    try (SpareEngine elsewhere =
        SpareEngine.start(Files.createDirectory(folder.resolve("f")), servers, users, "10.9.8.7")) {
      Path certificates = users.issue(folder.resolve("other"), servers, "127.0.0.1", DAY);

      assertThat(
              new DockerRuntime(
                      elsewhere.reached("beta", certificates, folder.resolve("beta")),
                      PortRange.DEFAULT)
                  .reachability()
                  .description())
          .contains("its certificate is for another address", "subjectAltName");
    }
  }

  @Test
  @DisplayName("are not even tried with a certificate that has expired, or with half of one")
  void useless() throws Exception {
    Path expired =
        users.issue(folder.resolve("expired"), servers, "127.0.0.1", Duration.ofDays(-1));
    assertThatThrownBy(() -> new Certificates(expired).load(Instant.now()))
        .hasMessageContaining("expired/cert.pem has expired at ");

    Path half = users.issue(folder.resolve("half"), servers, "127.0.0.1", DAY);
    Files.delete(half.resolve("key.pem"));
    assertThatThrownBy(() -> new Certificates(half).load(Instant.now()))
        .hasMessageContaining("half/key.pem is missing or unreadable");

    Path mixed = users.issue(folder.resolve("mixed"), servers, "127.0.0.1", DAY);
    Files.writeString(mixed.resolve("ca.pem"), "not at all");
    assertThatThrownBy(() -> new Certificates(mixed).load(Instant.now()))
        .hasMessageContaining("mixed/ca.pem is no certificate in PEM");
  }

  @Test
  @DisplayName("talk again as soon as there are good certificates, without a restart")
  void renewed() throws Exception {
    Path certificates = users.issue(folder.resolve("late"), servers, "127.0.0.1", DAY.negated());
    DockerRuntime runtime =
        new DockerRuntime(
            engine.reached("alpha", certificates, folder.resolve("late-state")), PortRange.DEFAULT);
    assertThat(runtime.reachability().description()).contains("late/cert.pem has expired at ");

    copy(servers.issue(folder.resolve("stranger"), servers, "127.0.0.1", DAY), certificates);
    assertThat(runtime.reachability().description()).contains("it refuses our certificate");

    copy(users.issue(folder.resolve("renewed"), servers, "127.0.0.1", DAY), certificates);
    assertThat(runtime.reachability()).isInstanceOf(Reachability.Reachable.class);

    Files.writeString(certificates.resolve("cert.pem"), "half of a new one");
    assertThat(runtime.reachability()).isInstanceOf(Reachability.Reachable.class);
  }

  private static void copy(Path from, Path to) throws IOException {
    for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
      Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Reachability reachability(Path certificates) {
    return new DockerRuntime(
            engine.reached("alpha", certificates, folder.resolve("alpha")), PortRange.DEFAULT)
        .reachability();
  }
}
