package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.NeighbourFailed;
import dev.fairlead.stack.PostgresBinaries;
import java.io.IOException;
import java.util.List;

/** What has to be there before members of the stack are started. */
public final class Preflight {

  /** What kafka, databases and logs of a stack in use take. */
  private static final long NEEDED_DISK_BYTES = 500L << 20;

  /** Programs that cannot write end, and some remove what they have begun. */
  private static final long FULL_DISK_BYTES = 64L << 20;

  private final StackHome home;
  private final StackPorts ports;

  Preflight(StackHome home, StackPorts ports) {
    this.home = home;
    this.ports = ports;
  }

  /**
   * Programs, room on the disk, and the ports of these.
   *
   * @throws Failure with what is missing and what to do
   */
  void require(List<Member> members) throws IOException {
    requirePrograms();
    requireDisk();
    requirePorts(members);
  }

  /**
   * What must be installed before anything is started.
   *
   * @throws Failure naming the package
   */
  public static void requirePrograms() {
    try {
      PostgresBinaries.required();
    } catch (NeighbourFailed e) {
      throw new Failure(
          Exit.FAILED,
          String.valueOf(e.getMessage()),
          "what else may be missing says: fairlead doctor",
          e);
    }
  }

  private void requireDisk() throws IOException {
    long free = home.freeBytes();
    if (free < NEEDED_DISK_BYTES) {
      throw new Failure(
          Exit.FAILED,
          "only %d MB free in %s; the stack needs %d MB"
              .formatted(free >> 20, home.folder(), NEEDED_DISK_BYTES >> 20),
          "free disk space or choose another folder with FAIRLEAD_HOME");
    }
  }

  private void requirePorts(List<Member> members) {
    List<String> taken = ports.taken(members);
    if (!taken.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          String.join("\n  ", taken),
          "if that is another stack of yours, name its folder with FAIRLEAD_HOME; else end that process\nor use other ports: FAIRLEAD_PORT_OFFSET=1000 adds 1000 to each");
    }
  }

  /** Whatever broke on a full disk broke by that, and of all that there is no more to know. */
  RuntimeException explained(RuntimeException broken) throws IOException {
    return home.freeBytes() < FULL_DISK_BYTES ? diskIsFull(broken) : broken;
  }

  private Failure diskIsFull(RuntimeException broken) throws IOException {
    return new Failure(
        Exit.FAILED,
        "the disk of %s is full, %d MB are free: %s"
            .formatted(
                home.folder(),
                home.freeBytes() >> 20,
                String.valueOf(broken.getMessage()).lines().findFirst().orElse("")),
        "free disk space, then: fairlead up; what was stored is still there",
        broken);
  }
}
