package dev.fairlead.cli.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** How the members of the stack are. */
final class StackStatus {

  private final StackPorts ports;
  private final PidFiles pids;
  private final KeeperProcess keeper;
  private final KeeperNotes notes;

  StackStatus(StackPorts ports, PidFiles pids, KeeperProcess keeper, KeeperNotes notes) {
    this.ports = ports;
    this.pids = pids;
    this.keeper = keeper;
    this.notes = notes;
  }

  /** Of every member, in the order in which they are started. */
  List<MemberStatus> all() {
    return Arrays.stream(Member.values()).parallel().map(this::of).toList();
  }

  private MemberStatus of(Member member) {
    int port = member.ports(ports).getFirst();
    Optional<ProcessHandle> process = pids.find(member);
    KeeperNotes.Note note = notes.of(member);
    if (process.isEmpty()) {
      return new MemberStatus(
          member,
          stateOfDead(member, note),
          Optional.empty(),
          port,
          0,
          Optional.empty(),
          note.deaths());
    }
    ProcessHandle alive = process.get();
    return new MemberStatus(
        member,
        Readiness.of(member, ports) ? "up" : "starting",
        Optional.of(alive.pid()),
        port,
        Memory.bytesOf(alive),
        alive.info().startInstant().map(start -> Duration.between(start, Instant.now())),
        note.deaths());
  }

  private String stateOfDead(Member member, KeeperNotes.Note note) {
    if (note.givenUp()) {
      return "given up";
    }
    if (!pids.isRecorded(member)) {
      return "down";
    }
    return keeper.find().isPresent() ? "restarting" : "dead";
  }

  /**
   * Whether each member that is alive answers; asked of all at once.
   *
   * @param limit of the wait for an answer
   */
  Map<Member, Pulse.Look> pulses(Duration limit) {
    Map<Member, Pulse.Look> looks = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Member member : Member.values()) {
        pids.find(member)
            .ifPresent(
                process ->
                    threads.execute(
                        () ->
                            looks.put(
                                member,
                                new Pulse.Look(
                                    process.pid(), Readiness.answers(member, ports, limit)))));
      }
    }
    return looks;
  }
}
