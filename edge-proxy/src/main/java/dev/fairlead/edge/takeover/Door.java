package dev.fairlead.edge.takeover;

import java.nio.file.Path;

/** The Unix socket beside the state file at which a proxy waits for its successor. */
final class Door {
  static final String SOCKETS = "sockets ";
  static final String READY = "ready";

  /** By the successor, before {@link #READY}: this one ends when it hears {@link #CANCELLED}. */
  static final String HEARS_CANCELLED = "hears-cancelled";

  /** To a successor that has stalled for too long before it served. */
  static final String CANCELLED = "cancelled";

  /** By the successor, before {@link #SERVING}: this one answers the farewell. */
  static final String CONFIRMS = "confirms";

  static final String SERVING = "serving";
  static final String LEAVING = "leaving ";

  /** By the successor, as the answer to {@link #LEAVING}; earlier versions do not hear it. */
  static final String RELIEVED = "relieved";

  static final String IN_FLIGHT = "in-flight ";

  /** Among what is in flight at the farewell: this one hears {@link #CHANGED}, and answers it. */
  static final String FOLLOWS = "follows";

  /** With a number, by the successor; earlier versions do not hear it. */
  static final String CHANGED = "changed ";

  /** With the same number, and what is in flight then. */
  static final String FOLLOWED = "followed ";

  /** The kernel's limit for the path of a Unix socket, with its closing zero: unix(7). */
  private static final int LONGEST = 107;

  private Door() {}

  static Path beside(Path stateFile) {
    return stateFile.toAbsolutePath().resolveSibling("successor.sock");
  }

  static boolean fits(Path door) {
    return door.toString().length() <= LONGEST;
  }
}
