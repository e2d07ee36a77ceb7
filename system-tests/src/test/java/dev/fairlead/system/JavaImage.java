package dev.fairlead.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A Java runtime in an image made from nothing, since tests pull nothing: what jlink makes of this
 * JDK, with the libraries of this machine that it needs.
 */
final class JavaImage {

  private static final String MODULES =
      "java.base,java.management,java.naming,java.security.jgss,java.sql,jdk.httpserver";
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*) \\(0x");

  private static final String DOCKERFILE =
      """
      FROM scratch
      COPY root /
      ENV PATH=/opt/java/bin
      """;

  private JavaImage() {}

  /**
   * @param context an empty folder
   */
  static void build(Path context, String tag) throws IOException {
    Path java = context.resolve("root/opt/java");
    link(java);
    for (Path binary : List.of(java.resolve("bin/java"), java.resolve("lib/server/libjvm.so"))) {
      copyLibraries(binary, context.resolve("root"));
    }
    try (Stream<Path> libraries = Files.list(java.resolve("lib"))) {
      libraries
          .filter(file -> file.toString().endsWith(".so"))
          .forEach(file -> copyLibraries(file, context.resolve("root")));
    }
    Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    Docker.run("build", "--tag", tag, context.toString());
  }

  private static void link(Path target) {
    int failed =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new AssertionError("this is no JDK: it has no jlink"))
            .run(
                System.out,
                System.err,
                "--add-modules=" + MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + target);
    if (failed != 0) {
      throw new AssertionError("jlink ended with " + failed);
    }
  }

  private static void copyLibraries(Path binary, Path root) {
    try {
      Process ldd = new ProcessBuilder("ldd", binary.toString()).redirectErrorStream(true).start();
      String text = new String(ldd.getInputStream().readAllBytes(), UTF_8);
      for (String found : LIBRARY.matcher(text).results().map(one -> one.group(1)).toList()) {
        if (!found.startsWith(root.toString())) {
          Path target = root.resolve(found.substring(1));
          Files.createDirectories(target.getParent());
          Files.copy(Path.of(found), target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
