package dev.fairlead.deployer.migration;

import dev.fairlead.deployer.migration.Migration.Compatibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The first line of a migration script, where its author declares what it means for a rollback. */
final class Header {

  private static final Pattern DECLARATION =
      Pattern.compile("--\\s*fairlead:\\s*(compatible|incompatible)\\s*", Pattern.CASE_INSENSITIVE);

  private Header() {}

  static Compatibility of(Path script) {
    try (Stream<String> lines = Files.lines(script)) {
      return lines
          .filter(line -> !line.isBlank())
          .findFirst()
          .map(Header::read)
          .orElse(Compatibility.UNDECLARED);
    } catch (IOException e) {
      throw new MigrationsUnreadable(
          "migration %s cannot be read: %s".formatted(script, e.getMessage()), e);
    }
  }

  private static Compatibility read(String line) {
    Matcher declaration = DECLARATION.matcher(line.strip());
    return declaration.matches()
        ? Compatibility.valueOf(declaration.group(1).toUpperCase(Locale.ROOT))
        : Compatibility.UNDECLARED;
  }
}
