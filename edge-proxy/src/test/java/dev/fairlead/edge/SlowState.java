package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The state file of a proxy that starts, which is there to be read no sooner than wanted. */
final class SlowState implements AutoCloseable {
  interface Action {
    void run() throws Exception;
  }

  private final Path file;
  private final Path kept;

  SlowState(Path file) throws Exception {
    this.file = file;
    this.kept = file.resolveSibling("kept");
    Files.move(file, kept);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
  }

  /** Opening it returns when somebody else has opened it for reading. */
  void whenItIsRead(Action action) throws Exception {
    byte[] state = Files.readAllBytes(kept);
    try (OutputStream pipe = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE);
      action.run();
      pipe.write(state);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(kept);
  }
}
