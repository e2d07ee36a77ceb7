package dev.fairlead.deployer.runtime;

import dev.fairlead.events.ArtifactDigest;
import java.nio.file.Path;
import java.util.List;

/** What an instance executes; each runtime understands one kind. */
public sealed interface Program {

  ArtifactDigest digest();

  /**
   * An unpacked archive, for the process runtime.
   *
   * @param folder working directory of the command; several instances share it, read-only
   * @param command program and arguments, such as {@code java -jar orders.jar}; never a shell line
   */
  record Unpacked(ArtifactDigest digest, Path folder, List<String> command) implements Program {

    public Unpacked {
      command = List.copyOf(command);
      if (command.isEmpty()) {
        throw new IllegalArgumentException(
            "command is empty; expected a program and its arguments");
      }
    }
  }

  /**
   * An image, for the Docker runtime.
   *
   * @param command replaces the image's own command; empty keeps it
   * @param port the TCP port the image listens on, also handed to it as {@code PORT}
   */
  record ContainerImage(ArtifactDigest digest, List<String> command, int port) implements Program {

    public ContainerImage {
      command = List.copyOf(command);
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException(
            "port %d is not valid; expected 1 to 65535".formatted(port));
      }
    }
  }
}
