package dev.fairlead.service.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.service.probe.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The tokens file")
class TokensTest {

  @TempDir Path folder;

  private Path file;
  private final Hands clock = new Hands();
  private Tokens tokens;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("tokens.yaml");
    Files.writeString(file, "tokens:\n" + Probe.token("vera", "viewer"));
    tokens = new Tokens(file, clock);
  }

  @Test
  @DisplayName("is read again when it has changed: new tokens are known, removed ones no longer")
  void changed() throws IOException {
    assertThat(tokens.find("vera-token")).isPresent();

    Files.writeString(file, "tokens:\n" + Probe.token("newcomer", "approver"));
    clock.turn(Duration.ofSeconds(2));

    assertThat(tokens.find("vera-token")).isEmpty();
    assertThat(tokens.find("newcomer-token"))
        .hasValueSatisfying(
            caller -> {
              assertThat(caller.actor().value()).isEqualTo("newcomer");
              assertThat(caller.roles()).containsExactlyInAnyOrder(Role.APPROVER, Role.VIEWER);
            });
  }

  @Test
  @DisplayName("that is broken or gone leaves the tokens known before valid")
  void broken() throws IOException {
    assertThat(tokens.find("vera-token")).isPresent();

    Files.writeString(file, "tokens: [{name: vera");
    clock.turn(Duration.ofSeconds(2));
    assertThat(tokens.find("vera-token")).isPresent();

    Files.delete(file);
    clock.turn(Duration.ofSeconds(2));
    assertThat(tokens.find("vera-token")).isPresent();
  }

  @Test
  @DisplayName("that was caught half written is read again, though its date is the same then")
  void halfWritten() throws IOException {
    String whole = Files.readString(file);
    Files.writeString(file, whole.replace('}', ' '));
    FileTime date = Files.getLastModifiedTime(file);
    Tokens late = new Tokens(file, clock);
    assertThat(late.find("vera-token")).isEmpty();

    Files.writeString(file, whole);
    Files.setLastModifiedTime(file, date);
    clock.turn(Duration.ofSeconds(2));

    assertThat(late.find("vera-token")).isPresent();
  }

  @Test
  @DisplayName("may not hold the hash of an empty token")
  void empty() {
    assertThatThrownBy(
            () ->
                TokenFile.parse(
                    Path.of("tokens.yaml"),
                    "tokens: [{name: eve, roles: [admin], sha256: %s}]"
                        .formatted(
                            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")))
        .hasMessage(
            "tokens.yaml: tokens[0].sha256: is the hash of an empty token;"
                + " write the hash of the token");
  }

  @Test
  @DisplayName("that does not exist yet denies everyone until it does")
  void missing() throws IOException {
    Path later = folder.resolve("later.yaml");
    Tokens none = new Tokens(later, clock);
    assertThat(none.find("vera-token")).isEmpty();

    Files.copy(file, later);
    clock.turn(Duration.ofSeconds(2));
    assertThat(none.find("vera-token")).isPresent();
  }

  @Test
  @DisplayName("with mistakes is refused naming all of them, but never what may be a token")
  void mistakes() {
    assertThatThrownBy(
            () ->
                TokenFile.parse(
                    Path.of("tokens.yaml"),
                    """
                    tokens:
                      - {name: alice, roles: [king], sha256: hunter2}
                      - {name: "", roles: [viewer], sha256: %s}
                      - {name: alice, roles: [], sha256: %s}
                      - hello
                    """
                        .formatted("0".repeat(64), "1".repeat(64))))
        .hasMessage(
            "tokens.yaml: "
                + "tokens[0].roles: king is no role;"
                + " expected viewer, deployer, approver, on-call, admin; "
                + "tokens[0].sha256: expected 64 hexadecimal digits: printf %s TOKEN | sha256sum; "
                + "tokens[1].name: expected who holds the token, such as alice; "
                + "tokens[2].name: alice is there twice; give each token a name of its own; "
                + "tokens[2].roles: expected a list of"
                + " viewer, deployer, approver, on-call, admin; "
                + "tokens[3]: expected name, roles and sha256");
  }

  /** A clock whose hands the test turns. */
  private static final class Hands extends Clock {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void turn(Duration on) {
      now = now.plus(on);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
