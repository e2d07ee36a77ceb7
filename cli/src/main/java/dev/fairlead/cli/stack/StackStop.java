package dev.fairlead.cli.stack;

import dev.fairlead.stack.NeighbourFailed;
import dev.fairlead.stack.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Ends processes of the stack: in order if they let it, for sure in any case. A process is only
 * ever touched when it is provably the one that was started.
 */
final class StackStop {

  /** A service that ends writes its class archive if there is none: seconds, once. */
  private static final Duration SERVICES_LIMIT = Duration.ofSeconds(60);

  private static final Duration STORES_LIMIT = Duration.ofSeconds(20);
  private static final Duration INSTANCES_LIMIT = Duration.ofSeconds(5);

  private final StackHome home;
  private final PidFiles pids;

  StackStop(StackHome home, PidFiles pids) {
    this.home = home;
    this.pids = pids;
  }

  Stopped stopAll(Progress progress) {
    List<Member> running =
        Arrays.stream(Member.values()).filter(member -> pids.find(member).isPresent()).toList();
    stop(Arrays.asList(Member.values()));
    running.forEach(member -> progress.say(member.text() + " stopped"));
    List<String> unknown = new ArrayList<>();
    say(progress, stopProcesses(unknown), "application process", "application processes");
    say(progress, stopContainers(unknown), "application container", "application containers");
    return new Stopped(running, unknown);
  }

  private static void say(Progress progress, int stopped, String one, String several) {
    if (stopped > 0) {
      progress.say("%d %s stopped".formatted(stopped, stopped == 1 ? one : several));
    }
  }

  /** What needs the stores first, then the stores. */
  void stop(List<Member> members) {
    List<Member> stores =
        members.stream().filter(m -> m == Member.KAFKA || m == Member.POSTGRES).toList();
    List<Member> others = members.stream().filter(m -> !stores.contains(m)).toList();
    end(others, SERVICES_LIMIT);
    end(stores, STORES_LIMIT);
  }

  private void end(List<Member> members, Duration limit) {
    List<ProcessHandle> asked = new ArrayList<>();
    for (Member member : members) {
      Optional<ProcessHandle> process = pids.find(member);
      process.ifPresent(alive -> ask(member, alive));
      process.ifPresent(asked::add);
    }
    awaitOrKill(asked, limit);
    members.forEach(pids::forget);
  }

  /** PostgreSQL waits for its clients when it gets SIGTERM; SIGINT is its fast shutdown. */
  private static void ask(Member member, ProcessHandle process) {
    if (member == Member.POSTGRES) {
      Program.succeeds(List.of("/bin/sh", "-c", "kill -INT " + process.pid()));
    } else {
      process.destroy();
    }
  }

  /**
   * SIGKILL. PostgreSQL's own processes go with it; those below the others are applications, or end
   * by themselves.
   */
  static void kill(Member member, ProcessHandle process) {
    if (member == Member.POSTGRES) {
      Program.endWithDescendants(process);
    } else {
      process.destroyForcibly();
      Program.awaitEnd(process, STORES_LIMIT);
    }
  }

  private int stopProcesses(List<String> unknown) {
    Instances instances = Instances.of(home);
    unknown.addAll(instances.unreadable());
    instances.running().forEach(ProcessHandle::destroy);
    awaitOrKill(instances.running(), INSTANCES_LIMIT);
    return instances.running().size();
  }

  private int stopContainers(List<String> unknown) {
    try {
      return new InstanceContainers(home).stop();
    } catch (NeighbourFailed e) {
      unknown.add(e.getMessage());
      return 0;
    }
  }

  private static void awaitOrKill(List<ProcessHandle> processes, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (ProcessHandle process : processes) {
      long left = Math.max(1, deadline - System.nanoTime());
      if (!Program.awaitEnd(process, Duration.ofNanos(left))) {
        Program.endWithDescendants(process);
      }
    }
  }
}
