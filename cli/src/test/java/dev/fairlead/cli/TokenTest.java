package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("fairlead token")
class TokenTest {

  private static final String OWN =
      """
      tokens:
        - name: admin
          roles: [admin]
          sha256: 00
      """;

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  private Path file;

  @BeforeEach
  void stack() throws IOException {
    file = fairlead.folder().resolve(".fairlead/secrets/tokens.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, OWN);
  }

  @Test
  @DisplayName("new prints a token of which only the hash is kept, and remove takes it back")
  void forAPerson() {
    Result made = fairlead.run("token", "new", "alice", "--role", "deployer", "--role", "on-call");

    assertThat(made.exit()).isEqualTo(Exit.OK);
    String token = made.out().strip();
    assertThat(token).matches("[0-9a-f]{48}");
    assertThat(file)
        .content()
        .startsWith(OWN)
        .containsPattern(
            "  - \\{name: alice, roles: \\[deployer, on-call], sha256: [0-9a-f]{64}}\n$")
        .doesNotContain(token);
    Result removed = fairlead.run("token", "remove", "alice", "--json");
    assertThat(removed.out()).contains("\"name\"", "alice");
    assertThat(file).hasContent(OWN);
  }

  @Test
  @DisplayName("gives nobody a second one, and none without a role or without a stack")
  void refused() throws IOException {
    assertThat(fairlead.run("token", "new", "admin", "--role", "viewer").err())
        .contains("a token of admin already");
    assertThat(fairlead.run("token", "new", "bob").err()).contains("needs a role", "viewer");
    assertThat(fairlead.run("token", "new", "bob", "--role", "boss").err())
        .contains("--role is boss");
    assertThat(fairlead.run("token", "new", "B: b", "--role", "viewer").err())
        .contains("name is B");
    assertThat(fairlead.run("token", "remove", "admin").err()).contains("no token of a person");
    assertThat(file).hasContent(OWN);
    Files.delete(file);
    assertThat(fairlead.run("token", "new", "bob", "--role", "viewer").err())
        .contains("tokens.yaml is missing", "fairlead up");
  }

  @Test
  @DisplayName("that are made at the same time are all kept")
  void together() throws Exception {
    List<Callable<Result>> people =
        IntStream.range(0, 8)
            .<Callable<Result>>mapToObj(
                i -> () -> fairlead.run("token", "new", "p" + i, "--role", "viewer"))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(people.size())) {
      threads.invokeAll(people);
    }
    assertThat(Files.readString(file)).contains("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7");
  }
}
