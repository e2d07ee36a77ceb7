package dev.fairlead.backup.postgres;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One folder with {@code pg_dump} and its companions, of one version.
 *
 * @param versionText as {@code pg_dump --version} prints it
 */
public record PostgresPrograms(Path folder, int major, String versionText) {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
  private static final int PATIENCE_SECONDS = 10;

  public String pgDump() {
    return folder.resolve("pg_dump").toString();
  }

  public String pgRestore() {
    return folder.resolve("pg_restore").toString();
  }

  /** Another program of the same folder, such as {@code initdb}. */
  public String program(String name) {
    return folder.resolve(name).toString();
  }

  private boolean includesServer() {
    return Files.isExecutable(folder.resolve("initdb"))
        && Files.isExecutable(folder.resolve("postgres"));
  }

  /**
   * The programs to use with a server: of its own version where installed, else the next newer.
   *
   * @param configured the folder the settings name; when absent Debian's folders and the PATH are
   *     searched
   */
  public static PostgresPrograms forServer(
      int serverMajor, String serverVersion, @Nullable Path configured) {
    List<PostgresPrograms> found = new ArrayList<>();
    return suitable(serverMajor, configured, found, programs -> true)
        .orElseThrow(() -> unsuitable(found, serverMajor, serverVersion));
  }

  /**
   * The programs to make a server of our own with, able to hold what a server of {@code
   * serverMajor} held; empty when only client programs are installed.
   */
  public static Optional<PostgresPrograms> withServer(int serverMajor, @Nullable Path configured) {
    return suitable(serverMajor, configured, new ArrayList<>(), PostgresPrograms::includesServer)
        .or(() -> suitable(serverMajor, null, new ArrayList<>(), PostgresPrograms::includesServer));
  }

  private static Optional<PostgresPrograms> suitable(
      int serverMajor,
      @Nullable Path configured,
      List<PostgresPrograms> found,
      Predicate<PostgresPrograms> wanted) {
    for (List<Path> folders : places(configured)) {
      found.addAll(folders.stream().flatMap(folder -> programsIn(folder).stream()).toList());
      Optional<PostgresPrograms> suitable =
          found.stream()
              .filter(programs -> programs.major >= serverMajor)
              .filter(wanted)
              .min(Comparator.comparingInt(PostgresPrograms::major));
      if (suitable.isPresent()) {
        return suitable;
      }
    }
    return Optional.empty();
  }

  /** What lies further away is looked at only when nothing nearer will do. */
  private static List<List<Path>> places(@Nullable Path configured) {
    return configured == null
        ? List.of(debianFolders(), searchPath())
        : List.of(List.of(configured));
  }

  private static BackupFailure unsuitable(
      List<PostgresPrograms> installed, int serverMajor, String serverVersion) {
    String what =
        installed.isEmpty()
            ? "pg_dump is not installed"
            : "%s cannot dump server %s".formatted(installed.getLast().versionText, serverVersion);
    return new BackupFailure(
        BackupFailureReason.TOOL_MISMATCH,
        what,
        "install postgresql-client-%d or set fairlead.backup.postgres-programs to the folder of such a pg_dump"
            .formatted(serverMajor));
  }

  private static List<Path> debianFolders() {
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions.map(version -> version.resolve("bin")).toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static List<Path> searchPath() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Arrays.stream(path.split(":", -1))
        .filter(part -> !part.isEmpty())
        .map(Path::of)
        .toList();
  }

  private static Optional<PostgresPrograms> programsIn(Path folder) {
    Path pgDump = folder.resolve("pg_dump");
    if (!Files.isExecutable(pgDump)) {
      return Optional.empty();
    }
    try {
      Process process =
          new ProcessBuilder(pgDump.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Matcher version = VERSION.matcher(text);
      return version.find()
          ? Optional.of(new PostgresPrograms(folder, Integer.parseInt(version.group(1)), text))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking %s".formatted(pgDump), e);
    }
  }
}
