package dev.fairlead.cli.stack;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passwords, tokens and keys of a local stack: made once, each in a file that only its owner can
 * read. Services get references to these files.
 */
public final class StackSecrets {

  /** Who may talk to the local stack, and as what. */
  private static final Map<String, List<String>> IDENTITIES = identities();

  /** The password of the database server's superuser. */
  static final String POSTGRES = "postgres";

  private static final int BYTES = 24;

  private final StackHome home;

  StackSecrets(StackHome home) {
    this.home = home;
  }

  private static Map<String, List<String>> identities() {
    Map<String, List<String>> identities = new LinkedHashMap<>();
    identities.put("admin", List.of("admin"));
    identities.put("deployer", List.of("deployer"));
    identities.put("approver", List.of("approver", "on-call"));
    identities.put("viewer", List.of("viewer"));
    return identities;
  }

  /** Makes what is missing; what exists stays, because data is protected with it. */
  void create() {
    try {
      IDENTITIES.keySet().forEach(name -> secret(home.tokens().resolve(name)));
      Files.writeString(tokensFile(), hashedTokens());
      if (!Files.exists(ageIdentity())) {
        createAgeKey();
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot make the secrets in %s: %s".formatted(home.secrets(), e.getMessage()),
          "free disk space or correct the folder's rights",
          e);
    }
  }

  /** The token of a local identity. */
  public String token(String identity) {
    return secret(home.tokens().resolve(identity));
  }

  /** The hashes that services compare with. */
  Path tokensFile() {
    return home.secrets().resolve("tokens.yaml");
  }

  /** A secret by name, made at first use. */
  public String named(String name) {
    return secret(home.secrets().resolve(name));
  }

  /** How a setting names a secret: {@code secret:file:/…}. */
  String reference(String name) {
    secret(home.secrets().resolve(name));
    return "secret:file:" + home.secrets().resolve(name);
  }

  /** Keeps a value that is not random but secret all the same, such as a webhook's address. */
  String keep(String name, String value) {
    write(home.secrets().resolve(name), value);
    return reference(name);
  }

  /** The private key that opens backups. */
  public Path ageIdentity() {
    return home.secrets().resolve("backup.age-identity");
  }

  /** The public key that backups are encrypted to. */
  public String ageRecipient() {
    return secret(home.secrets().resolve("backup.age-recipient"));
  }

  private void createAgeKey() throws GeneralSecurityException {
    KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
    write(
        home.secrets().resolve("backup.age-recipient"),
        new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII));
    write(ageIdentity(), new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII));
  }

  private String hashedTokens() throws GeneralSecurityException {
    StringBuilder yaml = new StringBuilder("tokens:\n");
    for (Map.Entry<String, List<String>> identity : IDENTITIES.entrySet()) {
      byte[] token = token(identity.getKey()).getBytes(StandardCharsets.UTF_8);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
      yaml.append("  - name: ").append(identity.getKey()).append('\n');
      yaml.append("    roles: ").append(identity.getValue()).append('\n');
      yaml.append("    sha256: ").append(hash).append('\n');
    }
    return yaml.toString();
  }

  private static String secret(Path file) {
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        write(file, HexFormat.of().formatHex(random));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot read " + file, "correct the file's rights", e);
    }
  }

  private static void write(Path file, String value) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, value);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "free disk space or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }
}
