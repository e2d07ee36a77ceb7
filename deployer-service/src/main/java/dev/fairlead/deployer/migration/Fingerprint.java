package dev.fairlead.deployer.migration;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.callback.Event;

/**
 * What running a script runs, as a number: the SHA-256 of its text; where there are any, also of
 * its settings beside it, and of the callbacks in its folder, which Flyway runs with it.
 */
final class Fingerprint {

  private static final List<String> CALLBACKS =
      Stream.of(Event.values()).map(Event::getId).toList();

  private Fingerprint() {}

  /**
   * @return in hexadecimal, in lower case
   * @throws MigrationsUnreadable if one of the files cannot be read
   */
  static String of(Path folder, String script) {
    MessageDigest digest = sha256();
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      digest.update(Files.readAllBytes(folder.resolve(script)));
      Path settings = folder.resolve(script + ".conf");
      List<Path> more =
          files.filter(file -> file.equals(settings) || isCallback(file)).sorted().toList();
      for (Path file : more) {
        digest.update(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new MigrationsUnreadable(
          "migration %s in %s cannot be read: %s".formatted(script, folder, e.getMessage()), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean isCallback(Path file) {
    String name = file.getFileName().toString();
    return Scripts.isRead(file) && CALLBACKS.stream().anyMatch(name::startsWith);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
