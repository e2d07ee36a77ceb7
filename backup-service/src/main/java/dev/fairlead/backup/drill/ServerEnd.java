package dev.fairlead.backup.drill;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends a PostgreSQL server whose data nobody needs any more. */
final class ServerEnd {

  private static final int PATIENCE_SECONDS = 10;

  private ServerEnd() {}

  /**
   * By SIGQUIT, its immediate shutdown: unlike SIGKILL it gives shared memory back.
   *
   * @throws IOException when it does not end, which only a process stuck in the kernel does
   */
  static void of(ProcessHandle server) throws IOException {
    if (!server.isAlive()) {
      return;
    }
    new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + server.pid()).start();
    if (!hasEnded(server)) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly();
      if (!hasEnded(server)) {
        throw new IOException("process %d does not end".formatted(server.pid()));
      }
    }
  }

  private static boolean hasEnded(ProcessHandle server) {
    try {
      server.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (TimeoutException | ExecutionException _) {
      return false;
    }
  }
}
