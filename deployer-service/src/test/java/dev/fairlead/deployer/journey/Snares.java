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

  /** For a script, too, that waits while the file is there and says so beside it. */
  Trap at(String application, String step, Moment moment) {
    return new Snare(folderOf(application).resolve("%s.%s".formatted(step, moment.word())));
  }

  /** With the snares of all of its steps. */
  Path folderOf(String application) {
    return folder.resolve(application);
  }

  private record Snare(Path file) implements Trap {

    @Override
    public void lay() {
      write(file);
    }

    @Override
    public boolean hasCaught() {
      return Files.exists(caught(file));
    }

    @Override
    public void takeAway() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
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
