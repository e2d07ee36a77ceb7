package dev.fairlead.deployer.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Configuration that {@code docs/routers.md} tells operators to copy: tests run exactly that. */
final class Documented {

  private static final Path PAGE = Path.of("../docs/routers.md");

  private Documented() {}

  /** The first block of the language that contains the word. */
  static String block(String language, String word) {
    try {
      Matcher blocks =
          Pattern.compile("(?ms)^```" + language + "$\\n(.*?)^```$")
              .matcher(Files.readString(PAGE));
      while (blocks.find()) {
        if (blocks.group(1).contains(word)) {
          return blocks.group(1);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("%s has no %s block with '%s'".formatted(PAGE, language, word));
  }
}
