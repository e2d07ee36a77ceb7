package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("backup verify-statement")
class StatementTest {

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  private KeyPair pair;

  @BeforeEach
  void key() throws Exception {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Files.writeString(
        fairlead.folder().resolve("key.pem"),
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
  }

  @Test
  @DisplayName("shows what was stated when the signature fits")
  void fits() throws Exception {
    Result result = verify("b1", signed("{\"backup\":\"b1\",\"rows\":5}"));

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("rows", "5");
  }

  @Test
  @DisplayName("refuses a statement that was changed, and one of another backup")
  void refuses() throws Exception {
    String[] parts = signed("{\"backup\":\"b1\",\"rows\":5}").split("\\.", -1);
    String changed = encoded("{\"backup\":\"b1\",\"rows\":6}");

    Result forged = verify("b1", parts[0] + "." + changed + "." + parts[2]);
    Result other = verify("b2", String.join(".", parts));

    assertThat(forged.exit()).isEqualTo(Exit.FAILED);
    assertThat(forged.err()).contains("does not fit");
    assertThat(other.err()).contains("of backup b1, not of b2");
    assertThat(verify("b1", "nonsense").err()).contains("no signed statement");
  }

  private Result verify(String backup, String statement) throws Exception {
    fairlead.answering(
        "GET /backups/" + backup, 200, "{\"statement\":\"%s\"}".formatted(statement));
    return fairlead.run("backup", "verify-statement", backup, "--key", "key.pem");
  }

  private String signed(String payload) throws Exception {
    String signed = encoded("{\"alg\":\"EdDSA\"}") + "." + encoded(payload);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + BASE64URL.encodeToString(signature.sign());
  }

  private static String encoded(String text) {
    return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
