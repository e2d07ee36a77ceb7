package dev.fairlead.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What nobody may find in a log: tokens, passwords and keys of a local stack. */
final class StackSecrets {

  /**
   * Files beside the secrets that anybody may know: hashes, a lock, a public key, a user's name.
   */
  private static final Set<String> PUBLIC =
      Set.of("tokens.yaml", "tokens.lock", "backup.age-recipient", "s3-access-key");

  private StackSecrets() {}

  static List<String> of(Path home) throws IOException {
    List<String> secrets = new ArrayList<>();
    for (String folder : List.of("tokens", "secrets")) {
      try (Stream<Path> files = Files.list(home.resolve(folder))) {
        for (Path file : files.toList()) {
          if (!PUBLIC.contains(file.getFileName().toString())) {
            secrets.add(Files.readString(file).strip());
          }
        }
      }
    }
    return secrets;
  }
}
