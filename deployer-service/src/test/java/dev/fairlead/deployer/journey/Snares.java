package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a process waits to be killed: a file that a test lays out for one step of one application,
 * and takes away when the process is dead or may go on.
 *
 * @param folder that the test and the processes know
 */
public record Snares(Path folder) {

  /** Before the name of a step of the way back. */
  public static final String BACK = "back-";

  private static final int LOOK_MILLIS = 20;
  private static final ThreadLocal<Path> STEP = new ThreadLocal<>();

  /** When a step is interrupted: nothing of it was done, something, or all but saying so. */
  public enum Moment {
    BEFORE,
    IN,
    AFTER;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** This thread begins a step. */
  public void enter(String application, String step) {
    STEP.set(folder.resolve(application).resolve(step));
  }

  /** Stays here as long as there is a snare for the thread's step. */
  public void meet(Moment moment) throws InterruptedException {
    Path step = STEP.get();
    if (step != null) {
      meet(Path.of("%s.%s".formatted(step, moment.word())));
    }
  }

  private static void meet(Path snare) throws InterruptedException {
    if (Files.exists(snare)) {
      write(caught(snare));
      while (Files.exists(snare)) {
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  /** The file, also for a script that waits while it is there and says so beside it. */
  Path at(String application, String step, Moment moment) {
    return folder.resolve(application).resolve("%s.%s".formatted(step, moment.word()));
  }

  static void lay(Path snare) {
    write(snare);
  }

  static boolean hasCaught(Path snare) {
    return Files.exists(caught(snare));
  }

  static void takeAway(Path snare) {
    try {
      Files.deleteIfExists(snare);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path caught(Path snare) {
    return Path.of(snare + ".caught");
  }

  private static void write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
