package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The archive of one version, as {@code app-VERSION.zip}.
 *
 * @param folder of the manifest
 */
record VersionArchive(Path folder, String version) {

  /** With the sample application in that mood. */
  void of(String mood, Map<String, String> files) throws IOException {
    try (ZipOutputStream zip = open()) {
      String name = SampleApplication.class.getName().replace('.', '/') + ".class";
      zip.putNextEntry(new ZipEntry(name));
      try (InputStream code =
          Objects.requireNonNull(VersionArchive.class.getClassLoader().getResourceAsStream(name))) {
        code.transferTo(zip);
      }
      put(zip, "mood", mood);
      put(zip, "version", version);
      for (Map.Entry<String, String> more : files.entrySet()) {
        put(zip, more.getKey(), more.getValue());
      }
    }
  }

  /** With a class of the tests and its nested ones. */
  void of(Class<?> application) throws IOException {
    Path classes =
        Path.of(application.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (ZipOutputStream zip = open()) {
      for (Path code : codeOf(application, classes)) {
        zip.putNextEntry(new ZipEntry(classes.relativize(code).toString()));
        Files.copy(code, zip);
      }
      put(zip, "version", version);
    }
  }

  private static List<Path> codeOf(Class<?> application, Path classes) throws IOException {
    Path home = classes.resolve(application.getName().replace('.', '/')).getParent();
    String pattern = application.getSimpleName() + "(\\$.*)?\\.class";
    try (Stream<Path> all = Files.list(Objects.requireNonNull(home))) {
      return all.filter(one -> one.getFileName().toString().matches(pattern)).toList();
    }
  }

  private ZipOutputStream open() throws IOException {
    return new ZipOutputStream(
        Files.newOutputStream(folder.resolve("app-%s.zip".formatted(version))));
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(UTF_8));
  }
}
