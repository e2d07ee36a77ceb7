package dev.fairlead.deployer.hook;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Tests;
import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which files of the manifest's folder a command runs, and whether they are still those of the
 * plan. A file counts that the command names, also within a text for a shell: each one that may be
 * executed, and the first one of all, which is what {@code sh smoke.sh} and {@code java -jar
 * smoke.jar} run. The rest is data, and may change. What a file calls in its turn nobody can tell.
 */
public record CalledFiles(Path folder) {

  private static final String SHELL = "[\\s;&|()<>'\"]+";

  /**
   * To the files that its tests and hooks run: what is approved is what runs.
   *
   * @throws IOException when one of them cannot be read
   */
  public static Plan bound(Plan plan) throws IOException {
    String directory = plan.directory();
    Tests tests = plan.spec().tests();
    if (directory == null || (tests == null && plan.spec().hooks().isEmpty())) {
      return plan;
    }
    CalledFiles called = new CalledFiles(Path.of(directory));
    List<PlannedFile> files = new ArrayList<>();
    if (tests != null) {
      files.addAll(called.of(PlannedFile.TESTS, tests.command()));
    }
    for (Hook hook : plan.spec().hooks()) {
      files.addAll(called.of(PlannedFile.ofHook(hook.name()), hook.command()));
    }
    return plan.binding(files);
  }

  private List<PlannedFile> of(String called, List<String> command) throws IOException {
    List<PlannedFile> files = new ArrayList<>();
    for (Path file : named(command)) {
      if (files.isEmpty() || Files.isExecutable(file)) {
        files.add(new PlannedFile(called, root().relativize(file).toString(), sha256(file)));
      }
    }
    return files;
  }

  /**
   * Why the command must not be run any more.
   *
   * @param planned the files of all commands; absent in old plans, which forbid nothing
   */
  public Optional<String> objection(
      String called, List<String> command, @Nullable List<PlannedFile> planned) {
    if (planned == null) {
      return Optional.empty();
    }
    List<PlannedFile> then =
        planned.stream().filter(file -> file.command().equals(called)).toList();
    try {
      List<PlannedFile> now = of(called, command);
      return Stream.concat(now.stream(), then.stream())
          .filter(file -> !now.contains(file) || !then.contains(file))
          .map(PlannedFile::path)
          .findFirst()
          .map(
              path ->
                  "%s is not run: %s in %s is not what was planned"
                      .formatted(called, path, folder));
    } catch (IOException e) {
      return Optional.of("%s is not run: %s".formatted(called, e.getMessage()));
    }
  }

  private List<Path> named(List<String> command) {
    return command.stream()
        .flatMap(word -> Stream.concat(Stream.of(word), Stream.of(word.split(SHELL, -1))))
        .distinct()
        .flatMap(word -> within(word).stream())
        .distinct()
        .toList();
  }

  private Optional<Path> within(String word) {
    try {
      Path file = root().resolve(word).normalize();
      return file.startsWith(root()) && Files.isRegularFile(file)
          ? Optional.of(file)
          : Optional.empty();
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private Path root() {
    return folder.toAbsolutePath().normalize();
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest sha256 = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
