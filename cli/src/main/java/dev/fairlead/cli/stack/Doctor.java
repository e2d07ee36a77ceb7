package dev.fairlead.cli.stack;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code doctor}: what is there, what is missing, and what works without it. */
public final class Doctor {

  private static final long COMFORTABLE_DISK = 2L << 30;

  /**
   * @param grade ok, optional (missing, something else does without) or missing (nothing works
   *     without)
   */
  private record Finding(String what, String grade, String found, String advice) {

    Json toJson() {
      return Json.object("what", what, "grade", grade, "found", found, "advice", advice);
    }
  }

  private final Session session;
  private final List<Finding> findings = new ArrayList<>();

  private Doctor(Session session) {
    this.session = session;
  }

  public static Command command() {
    return Command.verb(
            "doctor",
            "Say what is there, what is missing, and what works without it.",
            (arguments, session) -> new Doctor(session).run(arguments))
        .example(
            "fairlead doctor", "Ends with 1 when something is missing that nothing works without.");
  }

  private Exit run(Arguments arguments) {
    java();
    postgres();
    tool("pg_dump", "backups and restores need it", "apt install postgresql-client");
    docker();
    tool("mvn", "a built Fairlead runs without; building needs it", "apt install maven");
    tool(
        "git",
        "decisions are kept in git without it; reading the history is easier with it",
        "apt install git");
    tool("haproxy", "the embedded edge proxy does its work", "apt install haproxy");
    tool("nginx", "the embedded edge proxy does its work", "apt install nginx");
    tool(
        "age",
        "Fairlead decrypts backups itself; restoring without Fairlead needs it",
        "apt install age");
    tool(
        "zstd",
        "Fairlead unpacks backups itself; restoring without Fairlead needs it",
        "apt install zstd");
    disk();
    ports();
    boolean missing = findings.stream().anyMatch(finding -> finding.grade().equals("missing"));
    print(session.output());
    return missing ? Exit.FAILED : Exit.OK;
  }

  private void java() {
    ok("JDK", Runtime.version() + " in " + System.getProperty("java.home"));
  }

  private void postgres() {
    Optional<PostgresBinaries> found = PostgresBinaries.find();
    if (found.isPresent()) {
      ok("PostgreSQL server", found.get().version() + " in " + found.get().folder());
    } else {
      missing(
          "PostgreSQL server",
          "apt install postgresql (dnf install postgresql-server, brew install postgresql), or name"
              + " its folder with PG_BIN; every service keeps its state in it");
    }
  }

  private void docker() {
    Optional<Path> docker = Executables.find("docker");
    if (docker.isPresent()
        && Program.succeeds(List.of(docker.get().toString(), "version", "--format", "x"))) {
      ok("Docker", docker.get() + ", its daemon answers");
    } else {
      String state = docker.isPresent() ? "installed, but its daemon does not answer" : "";
      optional(
          "Docker",
          state,
          "applications run as plain processes; images need: apt install docker.io");
    }
  }

  private void tool(String name, String without, String advice) {
    Optional<Path> found =
        Executables.find(name)
            .or(
                () ->
                    PostgresBinaries.find()
                        .map(bin -> bin.program(name))
                        .filter(Files::isExecutable));
    found.ifPresentOrElse(
        path -> ok(name, path.toString()), () -> optional(name, "", without + ": " + advice));
  }

  private void disk() {
    Path folder = session.home().folder();
    Path existing = folder;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = "%d MB free for %s".formatted(free >> 20, folder);
      if (!Files.isWritable(existing)) {
        missing("disk", existing + " is not writable; choose another folder with FAIRLEAD_HOME");
      } else if (free < COMFORTABLE_DISK) {
        optional("disk", found, "a small stack fits; the demo wants 2 GB");
      } else {
        ok("disk", found);
      }
    } catch (IOException e) {
      missing("disk", "cannot look at %s: %s".formatted(existing, e.getMessage()));
    }
  }

  private void ports() {
    LocalStack stack = LocalStack.of(session.surroundings());
    List<String> taken = new ArrayList<>();
    int running = 0;
    for (Member member : Member.values()) {
      if (stack.process(member).isPresent()) {
        running++;
        continue;
      }
      for (int port : member.ports(stack.ports())) {
        if (!Ports.isFree(port)) {
          taken.add(
              port
                  + " ("
                  + member.text()
                  + ") by "
                  + PortHolder.of(port).orElse("another process"));
        }
      }
    }
    if (taken.isEmpty()) {
      ok(
          "ports",
          running == 0
              ? "all free"
              : "%d of %d processes run".formatted(running, Member.values().length));
    } else {
      missing(
          "ports",
          "taken: %s; end these processes or set FAIRLEAD_PORT_OFFSET=1000"
              .formatted(String.join(", ", taken)));
    }
  }

  private void ok(String what, String found) {
    findings.add(new Finding(what, "ok", found, ""));
  }

  private void optional(String what, String found, String advice) {
    findings.add(new Finding(what, "optional", found, advice));
  }

  private void missing(String what, String advice) {
    findings.add(new Finding(what, "missing", "", advice));
  }

  private void print(Output output) {
    if (output.json()) {
      output.document(
          Json.object("findings", Json.list(findings.stream().map(Finding::toJson).toList())));
      return;
    }
    for (Finding finding : findings) {
      String sign =
          switch (finding.grade()) {
            case "ok" -> output.good("✓");
            case "optional" -> output.warning("○");
            default -> output.bad("✗");
          };
      String said =
          String.join(
              "; ",
              List.of(finding.found(), finding.advice()).stream()
                  .filter(t -> !t.isEmpty())
                  .toList());
      output.line("%s %-18s %s".formatted(sign, finding.what(), said));
    }
    output.note("✓ there   ○ not there, Fairlead does without as said   ✗ needed");
  }
}
