package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The secrets of a stack")
class StackSecretsTest {

  /** What a start that was interrupted in earlier versions could leave. */
  private static final String EMPTY = "";

  @TempDir Path folder;

  private StackHome home;
  private StackSecrets secrets;

  @BeforeEach
  void create() {
    home = new StackHome(folder.resolve("home"));
    home.create();
    secrets = new StackSecrets(home);
  }

  @Test
  @DisplayName("are for their owner alone, and stay")
  void stay() throws IOException {
    secrets.create(false);
    String token = secrets.token("approver");
    String recipient = secrets.ageRecipient();

    home.tokensFile().add("alice", List.of("viewer"), "hers");

    new StackSecrets(home).create(false);

    assertThat(secrets.tokensFile()).content().contains("{name: alice, roles: [viewer], sha256: ");
    assertThat(secrets.token("approver")).isEqualTo(token).hasSize(48);
    assertThat(secrets.ageRecipient()).isEqualTo(recipient).startsWith("age1");
    assertThat(secrets.ageIdentity()).content().startsWith("AGE-SECRET-KEY-1");
    assertThat(secrets.tokensFile())
        .content()
        .contains("name: approver", "roles: [approver, on-call]")
        .doesNotContain(token);
    assertThat(files())
        .hasSizeGreaterThan(14)
        .filteredOn(file -> !file.equals(secrets.tokensFile()))
        .allSatisfy(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
  }

  private Set<Path> files() throws IOException {
    Set<Path> files = ConcurrentHashMap.newKeySet();
    for (Path each : new Path[] {home.secrets(), home.tokens()}) {
      try (Stream<Path> found = Files.list(each)) {
        found.forEach(files::add);
      }
    }
    return files;
  }

  @Test
  @DisplayName("are all made before anything starts: nothing is made by whoever reads")
  void madeBeforehand() throws IOException {
    secrets.create(false);
    Set<Path> before = files();

    ServiceSettings settings = new ServiceSettings(home, new StackPorts(0), secrets);
    settings.neighbours();
    settings.edge();
    Member.services().forEach(settings::databasePassword);

    assertThat(files()).isEqualTo(before);
  }

  @Test
  @DisplayName("are kept from the manifests of applications, whose own secrets are not")
  void closed() throws IOException {
    secrets.create(false);
    List<Path> closed = secrets.closed();
    assertThat(files())
        .filteredOn(file -> !file.toString().matches(".*(recipient|lock)"))
        .allSatisfy(file -> assertThat(closed).anyMatch(file::startsWith));
    assertThat(closed).noneMatch(home.secrets().resolve("orders-database")::startsWith);

    new ServiceSettings(home, new StackPorts(0), secrets).environment(Member.DEPLOYER);
    assertThat(home.settings().resolve("deployer.yaml"))
        .content()
        .contains("\n    manifests:\n      closed:\n        - %s\n".formatted(closed.getFirst()));
  }

  @Test
  @DisplayName("are one secret however many ask for it first at once")
  void madeOnce() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 50)
          .forEach(_ -> threads.execute(() -> seen.add(secrets.named("orders-database"))));
    }
    assertThat(seen).containsExactly(secrets.named("orders-database"));
  }

  @Test
  @DisplayName("that are empty are made anew, but not under the feet of whoever runs")
  void emptyOnes() throws IOException {
    secrets.create(false);
    Path token = Files.writeString(home.tokens().resolve("viewer"), EMPTY);
    Path password = Files.writeString(home.secrets().resolve("database-adr"), "\n");

    assertThatThrownBy(() -> secrets.create(true))
        .isInstanceOfSatisfying(
            Failure.class,
            refused -> {
              assertThat(refused).hasMessage(token + " is empty");
              assertThat(refused.advice()).contains("fairlead down, then fairlead up");
            });
    secrets.create(false);

    assertThat(token).content().hasSize(48);
    assertThat(password).content().hasSize(48);
    assertThat(secrets.tokensFile())
        .content()
        .doesNotContain("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", "missing"})
  @DisplayName("get a new pair of keys in place of a lost private one that nothing needs")
  void lostKeyOfNoBackup(String state) throws IOException {
    secrets.create(false);
    String before = secrets.ageRecipient();
    lose(secrets.ageIdentity(), state);

    secrets.create(false);

    assertThat(secrets.ageRecipient()).startsWith("age1").isNotEqualTo(before);
    secrets.create(false);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "'',data/backups/backups/orders",
    "missing,data/backups/backups/orders",
    "missing,data/s3/fairlead-backups/backups/orders"
  })
  @DisplayName("refuse to replace a lost private key that backups need")
  void lostKeyOfABackup(String state, String backup) throws IOException {
    secrets.create(false);
    Path manifest = home.folder().resolve(backup).resolve("manifest.json");
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "{}");
    lose(secrets.ageIdentity(), state);

    assertThatThrownBy(() -> secrets.create(false))
        .isInstanceOfSatisfying(
            Failure.class,
            refused -> {
              assertThat(refused)
                  .hasMessageContaining(secrets.ageIdentity().toString())
                  .hasMessageContaining(state.isEmpty() ? "is empty" : "is missing")
                  .hasMessageContaining("open with nothing else");
              assertThat(refused.advice()).contains("put it back from a copy");
            });
  }

  private static void lose(Path file, String state) throws IOException {
    if (state.isEmpty()) {
      Files.writeString(file, EMPTY);
    } else {
      Files.delete(file);
    }
  }

  @Test
  @DisplayName("tell the lost public key from the private one")
  void lostRecipient() throws IOException {
    secrets.create(false);
    String before = secrets.ageRecipient();
    Files.writeString(home.secrets().resolve("backup.age-recipient"), EMPTY);

    secrets.create(false);

    assertThat(secrets.ageRecipient()).isEqualTo(before);
  }

  @Test
  @DisplayName("refuse two keys that are no pair, and a private one that is none")
  void noPair() throws IOException {
    secrets.create(false);
    String recipient = secrets.ageRecipient();
    Files.delete(home.secrets().resolve("backup.age-recipient"));
    Files.delete(secrets.ageIdentity());
    secrets.create(false);
    Files.writeString(home.secrets().resolve("backup.age-recipient"), recipient);

    assertThatThrownBy(() -> secrets.create(false))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("does not open what is encrypted to");

    Files.writeString(secrets.ageIdentity(), "# created by hand\nAGE-SECRET-KEY-1NONE\n");
    assertThatThrownBy(() -> secrets.create(false))
        .hasMessageContaining("holds no age identity")
        .hasMessageNotContaining("KEY-1NONE");
  }
}
