package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A statement")
class StatementKeyTest {

  @TempDir Path folder;

  @Test
  @DisplayName("is checked by openssl, and refused once a letter of it was changed")
  void openssl() throws Exception {
    Neighbours.require("openssl");
    StatementKey key = StatementKey.parse(StatementKey.generate());
    String[] parts = key.sign(Map.of("rows", 5)).split("\\.", -1);
    String signed = parts[0] + "." + parts[1];
    Files.writeString(folder.resolve("key.pem"), key.publicPem());
    Files.write(folder.resolve("signature"), Base64.getUrlDecoder().decode(parts[2]));

    assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
        .isEqualTo("{\"rows\":5}");
    assertThat(verify(signed)).isZero();
    assertThat(verify(signed.replace("e", "f"))).isNotZero();
  }

  private int verify(String signed) throws Exception {
    Files.writeString(folder.resolve("signed"), signed);
    return new ProcessBuilder(
            List.of(
                "openssl",
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "key.pem",
                "-rawin",
                "-in",
                "signed",
                "-sigfile",
                "signature"))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start()
        .waitFor();
  }

  @Test
  @DisplayName("cannot be signed with what is no key, and the text does not quote it")
  void noKey() {
    assertThatThrownBy(() -> StatementKey.parse("canary"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ed25519")
        .hasMessageNotContaining("canary");
  }
}
