package dev.fairlead.stack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where this machine has PostgreSQL's server programs installed. */
public final class PostgresBinaries {

  private final Path folder;

  private PostgresBinaries(Path folder) {
    this.folder = folder;
  }

  /** The newest version found: setting PG_BIN, the PATH, the usual folders, then pg_config. */
  public static Optional<PostgresBinaries> find() {
    List<Path> candidates = new ArrayList<>();
    Optional.ofNullable(System.getenv("PG_BIN")).map(Path::of).ifPresent(candidates::add);
    Executables.find("postgres").flatMap(PostgresBinaries::folderOf).ifPresent(candidates::add);
    candidates.addAll(versionsIn(Path.of("/usr/lib/postgresql"), "*"));
    candidates.addAll(versionsIn(Path.of("/usr"), "pgsql-*"));
    candidates.addAll(versionsIn(Path.of("/opt/homebrew/opt"), "postgresql*"));
    candidates.addAll(versionsIn(Path.of("/usr/local/opt"), "postgresql*"));
    Optional<Path> found = candidates.stream().filter(PostgresBinaries::isComplete).findFirst();
    return found.or(PostgresBinaries::asPgConfigSays).map(PostgresBinaries::new);
  }

  /**
   * The same, for whoever cannot do without.
   *
   * @throws NeighbourFailed naming the package to install
   */
  public static PostgresBinaries required() {
    return find()
        .orElseThrow(
            () ->
                new NeighbourFailed(
                    """
                    PostgreSQL's server programs (initdb, postgres) were not found: looked at PG_BIN, \
                    the PATH, /usr/lib/postgresql/*/bin and pg_config. Install them (Debian, Ubuntu: \
                    apt install postgresql; Fedora: dnf install postgresql-server; macOS: brew install \
                    postgresql) or name their folder with PG_BIN=/path/to/bin"""));
  }

  /** Through links: the other programs are where the server really is. */
  private static Optional<Path> folderOf(Path server) {
    try {
      return Optional.ofNullable(server.toRealPath().getParent());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Path> versionsIn(Path parent, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(parent, glob)) {
      versions.forEach(found::add);
    } catch (IOException e) {
      return List.of();
    }
    found.sort(Comparator.comparingInt(PostgresBinaries::versionNumber).reversed());
    return found.stream().map(version -> version.resolve("bin")).toList();
  }

  private static int versionNumber(Path version) {
    String digits = version.toString().replaceAll("\\D", "");
    return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
  }

  private static Optional<Path> asPgConfigSays() {
    return Executables.find("pg_config")
        .flatMap(PostgresBinaries::folderOfServer)
        .filter(PostgresBinaries::isComplete);
  }

  /** Debian's pg_config fails where only the client is installed. */
  private static Optional<Path> folderOfServer(Path pgConfig) {
    try {
      String said = Program.run(List.of(pgConfig.toString(), "--bindir"), Duration.ofSeconds(5));
      return Optional.of(Path.of(said.strip()));
    } catch (NeighbourFailed e) {
      return Optional.empty();
    }
  }

  private static boolean isComplete(Path bin) {
    return Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres"));
  }

  public Path folder() {
    return folder;
  }

  /** Absolute path of one of the programs, such as {@code pg_dump}. */
  public Path program(String name) {
    return folder.resolve(name);
  }

  /** As {@code postgres --version} says, for example {@code postgres (PostgreSQL) 15.18}. */
  public String version() {
    return Program.run(List.of(program("postgres").toString(), "--version"), Duration.ofSeconds(5))
        .strip();
  }
}
