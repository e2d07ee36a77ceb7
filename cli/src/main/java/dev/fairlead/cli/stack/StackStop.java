package dev.fairlead.cli.stack;

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

  List<Member> stopAll(Progress progress) {
    List<Member> running =
        Arrays.stream(Member.values()).filter(member -> pids.find(member).isPresent()).toList();
    stop(Arrays.asList(Member.values()));
    running.forEach(member -> progress.say(member.text() + " stopped"));
    int instances = stopInstances();
    if (instances > 0) {
      progress.say(
          "%d application %s stopped"
              .formatted(instances, instances == 1 ? "process" : "processes"));
    }
    return running;
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

  private int stopInstances() {
    List<ProcessHandle> instances = new Instances(home).running();
    instances.forEach(ProcessHandle::destroy);
    awaitOrKill(instances, INSTANCES_LIMIT);
    return instances.size();
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
