package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Who there is on a {@link Stage}; the token of each is their name. */
final class People {

  private People() {}

  /** Writes the file that the deployer reads its tokens from. */
  static Path tokens(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("tokens.yaml"),
        "tokens:\n"
            + person("dora", "deployer")
            + person("april", "approver")
            + person("alma", "deployer, approver")
            + person("ada", "admin"));
  }

  private static String person(String name, String role) {
    return "  - {name: %s, roles: [%s], sha256: %s}\n".formatted(name, role, sha256(name));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
