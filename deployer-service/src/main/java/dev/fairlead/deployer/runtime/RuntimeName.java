package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.Locks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The name of a runtime's state folder, by which its processes are told from those of others. */
final class RuntimeName {

  private RuntimeName() {}

  /** Read from the folder; given at first use and kept for ever. */
  static String of(Path folder) {
    Path file = folder.resolve("name");
    try (Locks.Held held = new Locks(folder.resolve("locks")).acquire("name")) {
      if (!Files.exists(file)) {
        Durable.write(file, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the runtime's folder %s cannot be used: %s; free space or correct the rights"
              .formatted(folder, e.getMessage()),
          e);
    }
  }
}
