package dev.fairlead.backup.postgres;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who runs a PostgreSQL server that we start: ourselves, or, since PostgreSQL refuses root, an
 * ordinary user when we are root.
 *
 * @param name absent when it is the user of this process
 */
public record ServerUser(Optional<String> name) {

  private static final List<String> CANDIDATES = List.of("postgres", "nobody");

  /**
   * @throws IllegalStateException when we are root and there is nobody to drop to
   */
  public static ServerUser current() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new ServerUser(Optional.empty());
    }
    return new ServerUser(
        Optional.of(
            CANDIDATES.stream()
                .filter(user -> principal(user).isPresent())
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody;"
                                + " run backup-service as an ordinary user"))));
  }

  /** {@code command} as it must be started to run as this user. */
  public List<String> command(List<String> command) {
    if (name.isEmpty()) {
      return command;
    }
    List<String> dropped = new ArrayList<>();
    dropped.addAll(List.of("setpriv", "--reuid=" + name.get(), "--regid=" + groupId()));
    dropped.addAll(List.of("--clear-groups", "--no-new-privs", "--"));
    dropped.addAll(command);
    return dropped;
  }

  /** The number of its group: the groups of nobody have different names on different systems. */
  private String groupId() {
    try {
      Path passwd = Path.of("/etc/passwd");
      try (Stream<String> lines = Files.lines(passwd)) {
        return lines
            .map(line -> line.split(":", -1))
            .filter(fields -> fields.length > 3 && fields[0].equals(name.orElseThrow()))
            .map(fields -> fields[3])
            .findFirst()
            .orElseThrow();
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read /etc/passwd: " + e.getMessage(), e);
    }
  }

  /** Makes this user the owner of {@code file}. */
  public void handOver(Path file) throws IOException {
    if (name.isPresent()) {
      Files.setOwner(file, principal(name.get()).orElseThrow());
    }
  }

  /** Whether this user can get to what is inside {@code folder}. */
  public boolean reaches(Path folder) throws IOException {
    if (name.isEmpty()) {
      return true;
    }
    for (Path step = folder.toRealPath(); step != null; step = step.getParent()) {
      if (!Files.getPosixFilePermissions(step).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<UserPrincipal> principal(String user) {
    try {
      return Optional.of(
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user));
    } catch (UserPrincipalNotFoundException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("cannot look up user %s".formatted(user), e);
    }
  }
}
