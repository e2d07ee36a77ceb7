package dev.fairlead.system;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Before the first test: what the launcher does after a build of its own, so that the stacks of the
 * tests start as quickly as users' do.
 */
public final class Rehearsed implements LauncherSessionListener {

  private static final int LIMIT_MINUTES = 5;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (!Neighbours.isThere("pg_dump")) {
      return; // no stack will be started
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(Path.of("..", "fairlead").toRealPath().toString(), "rehearse")
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target", "rehearsal.log").toFile());
      builder.environment().put("FAIRLEAD_NO_BUILD", "1");
      Process rehearsal = builder.start();
      if (!rehearsal.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        rehearsal.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
