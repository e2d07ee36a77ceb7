package dev.fairlead.deployer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is told of a commit")
class CommitDetailsTest {

  @Test
  @DisplayName("is shown as one line without what controls a terminal or turns text around")
  void clean() {
    assertThat(
            CommitDetails.told(
                "\n  Charge\u0000 \u001b[31monce\t \r\nmore", "\u202eAda\u2066 Lovelace"))
        .isEqualTo(new CommitDetails("Charge [31monce", "Ada Lovelace"));
  }

  @Test
  @DisplayName("has 200 characters at most, and never half of one")
  void shortened() {
    CommitDetails told = CommitDetails.told("😀".repeat(201), "x".repeat(200));

    assertThat(told).isEqualTo(new CommitDetails("😀".repeat(199) + "…", "x".repeat(200)));
  }

  @Test
  @DisplayName("is shown without the secrets that are known")
  void redacted(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "commit-canary-secret");
    var _ = Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file));

    assertThat(CommitDetails.told("Use commit-canary-secret", null))
        .isEqualTo(new CommitDetails("Use ****", null));
  }

  @Test
  @DisplayName("is nothing where nothing is told, or nothing to see")
  void nothing() {
    assertThat(CommitDetails.told(null, null)).isNull();
    assertThat(CommitDetails.told(" \n", "\u0007")).isNull();
    assertThat(CommitDetails.told(null, "Ada")).isEqualTo(new CommitDetails(null, "Ada"));
  }
}
