package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands as an ordinary user when this JVM is root, because PostgreSQL refuses root. */
final class Unprivileged {

  private static final List<String> CANDIDATES = List.of("postgres", "nobody");

  private Unprivileged() {}

  static boolean amRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** The user whom PostgreSQL will run as; empty when this JVM's own user will do. */
  static Optional<String> user() {
    if (!amRoot()) {
      return Optional.empty();
    }
    return Optional.of(
        CANDIDATES.stream()
            .filter(Unprivileged::exists)
            .findFirst()
            .orElseThrow(
                () ->
                    new NeighbourFailed(
                        "PostgreSQL refuses to run as root and neither user postgres nor nobody"
                            + " exists; run fairlead as an ordinary user")));
  }

  private static boolean exists(String user) {
    try {
      lookup().lookupPrincipalByName(user);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code command} as it must be started so that it runs as {@link #user()}. */
  static List<String> command(List<String> command) {
    Optional<String> user = user();
    if (user.isEmpty()) {
      return command;
    }
    List<String> dropped = new ArrayList<>();
    Optional<Path> setpriv = Executables.find("setpriv");
    Optional<Path> runuser = Executables.find("runuser");
    if (setpriv.isPresent()) {
      dropped.add(setpriv.get().toString());
      dropped.addAll(List.of("--reuid=" + user.get(), "--regid=" + group(user.get())));
      dropped.addAll(List.of("--clear-groups", "--no-new-privs", "--"));
    } else if (runuser.isPresent()) {
      dropped.addAll(List.of(runuser.get().toString(), "-u", user.get(), "--"));
    } else {
      throw new NeighbourFailed(
          "PostgreSQL refuses to run as root and neither setpriv nor runuser (package util-linux)"
              + " was found to run it as "
              + user.get());
    }
    dropped.addAll(command);
    return dropped;
  }

  private static String group(String user) {
    try {
      lookup().lookupPrincipalByGroupName(user);
      return user;
    } catch (UserPrincipalNotFoundException e) {
      return "nogroup";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the file to {@link #user()}, alone. */
  static void handOver(Path file) {
    Optional<String> user = user();
    if (user.isEmpty()) {
      return;
    }
    try {
      Files.setOwner(file, lookup().lookupPrincipalByName(user.get()));
      Files.getFileAttributeView(file, PosixFileAttributeView.class)
          .setGroup(lookup().lookupPrincipalByGroupName(group(user.get())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give " + file + " to user " + user.get(), e);
    }
  }

  /** Whether {@link #user()} can get to what is inside {@code folder}. */
  static boolean canReach(Path folder) {
    if (user().isEmpty()) {
      return true;
    }
    try {
      for (Path step = folder.toRealPath(); step != null; step = step.getParent()) {
        if (!Files.getPosixFilePermissions(step).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + folder, e);
    }
  }

  private static UserPrincipalLookupService lookup() {
    return FileSystems.getDefault().getUserPrincipalLookupService();
  }
}
