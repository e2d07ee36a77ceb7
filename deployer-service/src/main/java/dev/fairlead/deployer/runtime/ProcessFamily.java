package dev.fairlead.deployer.runtime;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * All processes of one instance while it is being stopped: those with its marks, and those of its
 * first process's session, also when they wiped their environment.
 */
final class ProcessFamily {

  /** How long the kernel may take to remove a killed process. */
  private static final Duration REMOVAL = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofMillis(20);

  private final InstanceId id;
  private final ProcessTable table;
  private final Marks marks;
  private final Set<ProcessIdentity> members = new HashSet<>();

  ProcessFamily(InstanceId id, ProcessTable table, Marks marks) {
    this.id = id;
    this.table = table;
    this.marks = marks;
  }

  /** SIGTERM to every member. */
  void askToEnd(Optional<ProcessIdentity> first) {
    // A session's id may be trusted only while its first process lives; later it may be reused.
    first
        .filter(table::alive)
        .ifPresent(
            leader -> table.ofSession(leader.pid()).forEach(member -> add(member.identity())));
    addMarked();
    members.forEach(table::terminate);
  }

  /** Returns when all members have ended, or the grace is over. */
  void awaitEnd(Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    while (anyAlive() && System.nanoTime() < deadline) {
      Thread.sleep(POLL);
    }
  }

  /** SIGKILL to every member that is left, those born meanwhile included, until none is. */
  void killRest() throws InterruptedException {
    long deadline = System.nanoTime() + REMOVAL.toNanos();
    addMarked();
    while (anyAlive()) {
      if (System.nanoTime() > deadline) {
        throw new RuntimeFailure(
            "instance %s does not end, even when killed; its processes %s wait in the kernel, look at the disk or network they use"
                .formatted(id, members.stream().map(ProcessIdentity::pid).sorted().toList()));
      }
      members.forEach(table::kill);
      Thread.sleep(POLL);
      addMarked();
    }
  }

  private boolean anyAlive() {
    members.removeIf(member -> !table.alive(member));
    return !members.isEmpty();
  }

  private void addMarked() {
    marks.processesOf(id).forEach(member -> add(member.identity()));
  }

  private void add(ProcessIdentity member) {
    members.add(member);
  }
}
