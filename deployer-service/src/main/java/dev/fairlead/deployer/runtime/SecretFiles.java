package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Secret variables as files, one folder an instance, so that they stand in no container's
 * configuration, where {@code docker inspect} shows them to all who may use the engine. The folder
 * above is closed to everybody else on the host; inside the container the instance's own user,
 * whoever that is, can read them.
 */
final class SecretFiles {

  /** Where an instance finds them. */
  static final String INSIDE = "/run/secrets";

  private final Path root;

  SecretFiles(Path root) {
    this.root = root;
  }

  /** The folder to be mounted; empty if there is no secret. Replaces what was there. */
  Optional<Path> write(InstanceId id, Map<String, Variable> environment) {
    delete(id);
    if (environment.values().stream().noneMatch(Variable::secret)) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(root);
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      Path folder = Files.createDirectory(folder(id));
      for (Map.Entry<String, Variable> variable : environment.entrySet()) {
        if (variable.getValue().secret()) {
          Path file =
              Files.writeString(folder.resolve(name(variable)), variable.getValue().value());
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        }
      }
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
      return Optional.of(folder);
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the secrets of instance %s cannot be written below %s: %s; free space or correct the rights"
              .formatted(id, root, e),
          e);
    }
  }

  void delete(InstanceId id) {
    Path folder = folder(id);
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the secrets of instance %s cannot be deleted: %s; delete %s".formatted(id, e, folder),
          e);
    }
  }

  private Path folder(InstanceId id) {
    return root.resolve(id.value());
  }

  private static String name(Map.Entry<String, Variable> variable) {
    if (variable.getKey().contains("/")) {
      throw new RuntimeFailure(
          "the secret variable %s cannot be a file's name; rename it".formatted(variable.getKey()));
    }
    return variable.getKey();
  }
}
