package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
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

  @Test
  @DisplayName(
      "--from compares with the manifest in the store, all that it says of the database too")
  void inStore() throws Exception {
    String stated =
        "{\"backup\":\"b1\",\"archiveSha256\":\"aa\",\"contentsSha256\":\"cc\",\"manifestSha256\":\"ee\"}";
    String olderStated = stated.replace(",\"manifestSha256\":\"ee\"", "");
    assertThat(olderStated).isNotEqualTo(stated);

    Result same = inStore(stated, "ee");
    assertThat(same.exit()).as(same.err()).isEqualTo(Exit.OK);
    assertThat(inStore(olderStated, "ff").exit()).as("it does not say").isEqualTo(Exit.OK);
    Result changed = inStore(stated, "ff");
    assertThat(changed.exit()).isEqualTo(Exit.FAILED);
    assertThat(changed.err()).contains("manifestSha256 is ff", "says ee", "do not trust");
  }

  /** With a store whose manifest has this digest now. */
  private Result inStore(String stated, String manifestSha256) throws Exception {
    Path lib = Files.createDirectories(fairlead.folder().resolve("lib"));
    Files.writeString(
        fairlead.folder().resolve("stored.json"),
        """
        {"backup":"b1","statement":"%s","archiveSha256":"aa","contentsSha256":"cc","manifestSha256":"%s"}
        """
            .formatted(signed(stated), manifestSha256));
    recoveryProgram(lib.resolve("backup-service-1.jar"));
    return fairlead
        .with("FAIRLEAD_LIB", lib.toString())
        .run("backup", "verify-statement", "b1", "--from", "/store", "--key", "key.pem");
  }

  /** In the place of backup-service's own, whose tests say what it finds in a store. */
  private static void recoveryProgram(Path jar) throws Exception {
    String name = RecoveryStandIn.MAIN.replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(name));
      out.write(RecoveryStandIn.printing("stored.json"));
      out.closeEntry();
    }
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
