import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format, on the JDK of the toolchain. The formatter parses with the
 * compiler of the JVM it runs in, and Maven's own may be older than our sources (docs/adr/0003).
 * Arguments: {@code check}, {@code apply} or {@code skip}; the root of the checkout.
 */
class FormatSources {

  private final Path root;
  private final boolean apply;

  /** Files seen well formatted, by path, time and size: they need no second look. */
  private final Path memory;

  private final Set<String> known = new HashSet<>();
  private final List<String> wellFormatted = new ArrayList<>();
  private final List<Path> unformatted = new ArrayList<>();

  FormatSources(Path root, boolean apply) throws IOException {
    this.root = root;
    this.apply = apply;
    this.memory = root.resolve("target/format/well-formatted");
    if (Files.exists(memory)) {
      known.addAll(Files.readAllLines(memory));
    }
  }

  public static void main(String[] args) throws IOException {
    if (args[0].equals("skip")) {
      return;
    }
    FormatSources sources = new FormatSources(Path.of(args[1]), args[0].equals("apply"));
    System.exit(sources.run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    for (Path source : sources()) {
      look(source);
    }
    Files.write(memory, wellFormatted);
    if (unformatted.isEmpty()) {
      return true;
    }
    unformatted.forEach(source -> System.err.println("not formatted: " + source));
    System.err.println("run: mvn -Pformat validate");
    return false;
  }

  private void look(Path source) throws IOException {
    if (known.contains(mark(source))) {
      wellFormatted.add(mark(source));
      return;
    }
    String text = Files.readString(source);
    String formatted = formatted(source, text);
    if (!formatted.equals(text)) {
      if (!apply) {
        unformatted.add(source);
        return;
      }
      Files.writeString(source, formatted);
    }
    wellFormatted.add(mark(source));
  }

  private static String mark(Path source) throws IOException {
    return "%s %d %d"
        .formatted(source, Files.getLastModifiedTime(source).toMillis(), Files.size(source));
  }

  private List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !isBuildOutput(root.relativize(file).toString()))
          .filter(file -> !file.startsWith(root.resolve("build")))
          .toList();
    }
  }

  /** A package may be called target as well; Maven's folder never lies below src. */
  private static boolean isBuildOutput(String path) {
    return path.matches("(.*/)?\\.[^/]+/.*") || path.matches("(?!.*src/)(.*/)?target/.*");
  }

  private static String formatted(Path source, String text) {
    try {
      String imports =
          ImportOrderer.reorderImports(
              RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE);
      return new Formatter().formatSource(imports);
    } catch (FormatterException e) {
      throw new UncheckedIOException(source + ": " + e.getMessage(), new IOException(e));
    }
  }
}
