package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that holds everything of a local stack, and nothing else does: data, logs, secrets,
 * which processes run.
 *
 * @param folder absolute
 */
public record StackHome(Path folder) {

  static final String BUCKET = "fairlead-backups";

  private static final String USUAL = ".fairlead";

  /**
   * Setting FAIRLEAD_HOME; otherwise the nearest {@code .fairlead} from the current folder upwards
   * that holds a stack of this user, or else the one of the checkout that the command is from: so
   * an application's folder needs none of its own. Within the checkout nothing above it counts.
   */
  public static StackHome of(Surroundings surroundings) {
    Path current = surroundings.folder().toAbsolutePath().normalize();
    Optional<Path> checkout = surroundings.variable("FAIRLEAD_ROOT").map(Path::of);
    Path folder =
        surroundings
            .variable("FAIRLEAD_HOME")
            .map(Path::of)
            .or(() -> nearest(current, checkout))
            .or(() -> checkout.map(root -> root.resolve(USUAL)))
            .orElse(Path.of(USUAL));
    return new StackHome(current.resolve(folder).normalize());
  }

  private static Optional<Path> nearest(Path current, Optional<Path> checkout) {
    Optional<Path> top = checkout.filter(current::startsWith);
    return Stream.iterate(current, Objects::nonNull, Path::getParent)
        .filter(folder -> top.map(folder::startsWith).orElse(true))
        .map(folder -> folder.resolve(USUAL))
        .filter(folder -> new StackHome(folder).holdsStack())
        .filter(OwnFolder::isOwn)
        .findFirst();
  }

  /** Whether {@code up} has been here: other programs may have a folder of this name, too. */
  private boolean holdsStack() {
    return Files.exists(portsFile()) || Files.exists(tokensFile().file());
  }

  /** Creates the folders; those with secrets are for the owner alone. */
  void create() {
    try {
      Files.createDirectories(folder);
      for (Path open : new Path[] {data(), logs(), run(), settings(), ownSettings(), cache()}) {
        Files.createDirectories(open);
      }
      for (Path closed : new Path[] {secrets(), tokens()}) {
        Files.createDirectories(closed);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
      }
      hideFromGit();
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot create %s: %s".formatted(folder, e),
          "choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  /** Wherever the folder is; a file that is there already is somebody's own. */
  private void hideFromGit() throws IOException {
    Path ignored = folder.resolve(".gitignore");
    if (Files.notExists(ignored)) {
      WholeFile.write(ignored, "*\n");
    }
  }

  public Path data() {
    return folder.resolve("data");
  }

  /** The folder of the disk store. */
  Path backups() {
    return data().resolve("backups");
  }

  /** Where the S3 API on this machine keeps its buckets. */
  Path s3() {
    return data().resolve("s3");
  }

  Path bucket() {
    return s3().resolve(BUCKET);
  }

  public Path logs() {
    return folder.resolve("logs");
  }

  Path run() {
    return folder.resolve("run");
  }

  Path settings() {
    return folder.resolve("settings");
  }

  /** What the user of this machine wants otherwise than {@link #settings()} has it. */
  Path ownSettings() {
    return folder.resolve("settings.d");
  }

  Path cache() {
    return folder.resolve("cache");
  }

  public Path secrets() {
    return folder.resolve("secrets");
  }

  /** The hashes that services compare with. */
  LocalTokens tokensFile() {
    return new LocalTokens(secrets().resolve("tokens.yaml"));
  }

  /** One file with a token for each local identity. */
  public Path tokens() {
    return folder.resolve("tokens");
  }

  long freeBytes() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  public StackPorts ports() {
    return StackPorts.recorded(portsFile());
  }

  void record(StackPorts ports) throws IOException {
    ports.record(portsFile());
  }

  private Path portsFile() {
    return folder.resolve("ports");
  }

  public int portOf(Service service) {
    return ports().of(service);
  }

  /** Removes everything that the stack has kept but its secrets; it must be down. */
  public void forget() {
    // PostgreSQL's files may lie elsewhere, where its unprivileged user can reach them.
    Path moved = data().resolve("postgres/moved-to");
    try {
      if (Files.exists(moved)) {
        delete(Path.of(Files.readString(moved).strip()));
      }
      delete(data());
      delete(logs());
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot remove what was left in %s: %s".formatted(folder, e),
          "correct the folder's rights, or choose another one with FAIRLEAD_HOME",
          e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
