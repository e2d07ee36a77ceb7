package dev.fairlead.cli.stack;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code up}, {@code down}, {@code status}. */
public final class StackCommands {

  private static final int WATCH_MILLIS = 1_000;

  private StackCommands() {}

  public static Command up() {
    return Command.verb("up", "Start the whole suite on this machine.", StackCommands::runUp)
        .example("fairlead up", "Starts what does not run yet; state is kept in .fairlead/.")
        .example(
            "FAIRLEAD_HOME=/var/tmp/two FAIRLEAD_PORT_OFFSET=1000 fairlead up",
            "A second stack beside the first.");
  }

  private static Exit runUp(Arguments arguments, Session session) {
    Output output = session.output();
    LocalStack stack = LocalStack.of(session.surroundings());
    long begin = System.nanoTime();
    output.note("starting Fairlead in " + stack.home().folder());
    List<Member> started = stack.up(text -> output.note(output.good("✓ ") + text));
    long millis = (System.nanoTime() - begin) / 1_000_000;
    String console = "http://127.0.0.1:" + stack.ports().of(Service.CONSOLE);
    if (output.json()) {
      output.document(
          Json.object(
              "started",
              Json.list(started.stream().map(Member::text).toList()),
              "millis",
              millis,
              "home",
              stack.home().folder().toString(),
              "console",
              console));
      return Exit.OK;
    }
    output.note(
        started.isEmpty()
            ? "already running; fairlead status shows how it is"
            : "ready after %.1f s".formatted(millis / 1e3));
    output.line("console   " + console);
    output.line("traffic   http://127.0.0.1:" + stack.ports().edgeTraffic());
    output.line("tokens    " + stack.home().tokens());
    return Exit.OK;
  }

  public static Command down() {
    return Command.verb(
            "down",
            "Stop the local suite and every application process and container it started. Data stays.",
            StackCommands::runDown)
        .example("fairlead down", "Stops everything that fairlead up or demo started.");
  }

  private static Exit runDown(Arguments arguments, Session session) {
    Output output = session.output();
    LocalStack stack = LocalStack.of(session.surroundings());
    List<Member> stopped = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (LocalStack each : List.of(stack, LocalStack.ofDemo(session.surroundings()))) {
      Stopped ended = each.down(text -> output.note(output.good("✓ ") + text));
      stopped.addAll(ended.members());
      unknown.addAll(ended.unknown());
    }
    unknown.forEach(text -> output.note(output.bad("✗ ") + text));
    if (output.json()) {
      output.document(
          Json.object(
              "stopped",
              Json.list(stopped.stream().map(Member::text).toList()),
              "unknown",
              Json.list(unknown)));
    } else if (stopped.isEmpty()) {
      output.note("nothing was running in " + stack.home().folder());
    }
    return unknown.isEmpty() ? Exit.OK : Exit.FAILED;
  }

  public static Command status() {
    return Command.verb(
            "status",
            "Show each process of the local suite and how it is.",
            StackCommands::runStatus)
        .watchable("Wait until everything is up; ends with 0 then, with 6 when the time is over.")
        .example(
            "fairlead status", "Processes, ports, memory, health; ends with 0 when all are up.")
        .example("fairlead status --watch --timeout 60s", "Waits until all are up.");
  }

  private static Exit runStatus(Arguments arguments, Session session) throws InterruptedException {
    LocalStack stack = LocalStack.of(session.surroundings());
    List<MemberStatus> members = stack.status().all();
    Optional<ProcessHandle> keeper = stack.keeper();
    long deadline =
        System.nanoTime()
            + arguments.duration("--timeout", java.time.Duration.ofMinutes(2)).toNanos();
    while (arguments.flag("--watch") && !allUp(members)) {
      if (System.nanoTime() > deadline) {
        print(session.output(), members, keeper);
        return Exit.TIMED_OUT;
      }
      Thread.sleep(WATCH_MILLIS);
      members = stack.status().all();
    }
    print(session.output(), members, keeper);
    return allUp(members) ? Exit.OK : Exit.FAILED;
  }

  private static boolean allUp(List<MemberStatus> members) {
    return members.stream().allMatch(MemberStatus::isUp);
  }

  private static void print(
      Output output, List<MemberStatus> members, Optional<ProcessHandle> keeper) {
    // What it has started again are its children, and members.
    long keeperBytes = keeper.map(Memory::bytesOfOne).orElse(0L);
    if (output.json()) {
      output.document(
          Json.object(
              "members",
              Json.list(members.stream().map(MemberStatus::toJson).toList()),
              "keeper",
              Json.object("pid", keeper.map(ProcessHandle::pid), "memoryBytes", keeperBytes)));
      return;
    }
    output.table(
        List.of("PROCESS", "STATE", "PID", "PORT", "MEMORY", "UPTIME", "DIED", "WHAT IT DOES"),
        members.stream().map(member -> row(output, member)).toList());
    long total = members.stream().mapToLong(MemberStatus::memoryBytes).sum();
    output.note("memory of all: %d MB".formatted((total + keeperBytes) >> 20));
    if (members.stream().allMatch(member -> member.state().equals("down"))) {
      output.note("nothing runs; start it with: fairlead up");
      return;
    }
    output.note(
        keeper
            .map(
                process ->
                    "the keeper (process %d) starts again what dies".formatted(process.pid()))
            .orElse("no keeper runs: what dies stays dead; start it with: fairlead up"));
    members.stream()
        .filter(member -> member.state().equals("given up"))
        .forEach(
            member ->
                output.note(
                    output.bad("✗ ")
                        + "%s died %d times and is not started again: see fairlead logs %s, then: fairlead up"
                            .formatted(
                                member.member().text(), member.deaths(), member.member().text())));
  }

  private static List<String> row(Output output, MemberStatus status) {
    return List.of(
        status.member().text(),
        output.state(status.state()),
        status.pid().map(Object::toString).orElse("-"),
        Integer.toString(status.port()),
        status.memoryBytes() == 0 ? "-" : (status.memoryBytes() >> 20) + " MB",
        status.uptime().map(StackCommands::rounded).orElse("-"),
        status.deaths() == 0 ? "-" : status.deaths() + " ×",
        status.member().purpose());
  }

  private static String rounded(java.time.Duration uptime) {
    return Optional.of(uptime)
        .filter(time -> time.toHours() > 0)
        .map(time -> time.toHours() + " h " + time.toMinutesPart() + " min")
        .orElse(
            uptime.toMinutes() > 0
                ? uptime.toMinutes() + " min " + uptime.toSecondsPart() + " s"
                : uptime.toSeconds() + " s");
  }
}
