import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format, on the JDK of the toolchain. The formatter parses with the
 * compiler of the JVM it runs in, and Maven's own may be older than our sources (docs/adr/0003).
 */
class FormatSources {

  public static void main(String[] args) throws IOException {
    String goal = args[0];
    if (goal.equals("skip")) {
      return;
    }
    List<Path> unformatted = new ArrayList<>();
    for (Path source : sources(Path.of(args[1]))) {
      String text = Files.readString(source);
      String formatted = formatted(source, text);
      if (!formatted.equals(text)) {
        unformatted.add(source);
        if (goal.equals("apply")) {
          Files.writeString(source, formatted);
        }
      }
    }
    if (goal.equals("check") && !unformatted.isEmpty()) {
      unformatted.forEach(source -> System.err.println("not formatted: " + source));
      System.err.println("run: mvn -Pformat validate");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.[^/]+)/.*"))
          .filter(file -> !file.startsWith(root.resolve("build")))
          .toList();
    }
  }

  private static String formatted(Path source, String text) {
    try {
      String imports = ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE);
      return new Formatter().formatSource(imports);
    } catch (FormatterException e) {
      throw new UncheckedIOException(source + ": " + e.getMessage(), new IOException(e));
    }
  }
}
