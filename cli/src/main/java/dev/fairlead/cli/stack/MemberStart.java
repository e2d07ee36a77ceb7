package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** How one member is started: its process, and the wait until it does its work. */
final class MemberStart {

  private static final Duration READY_LIMIT = Duration.ofSeconds(120);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int LOG_TAIL = 8;

  private final StackHome home;
  private final StackPorts ports;
  private final Installation installation;
  private final PidFiles pids;
  private final StackSecrets secrets;
  private final ServiceSettings settings;
  private final Function<Member, List<String>> classFlags;

  /**
   * @param classFlags the JVM flags that use a member's class archive, or record what goes into one
   */
  MemberStart(
      StackHome home,
      StackPorts ports,
      Installation installation,
      PidFiles pids,
      StackSecrets secrets,
      Function<Member, List<String>> classFlags) {
    this.home = home;
    this.ports = ports;
    this.installation = installation;
    this.pids = pids;
    this.secrets = secrets;
    this.settings = new ServiceSettings(home, ports, secrets);
    this.classFlags = classFlags;
  }

  /** Starts the process; the two stores also wait until they serve, which takes them a moment. */
  void launch(Member member) {
    switch (member) {
      case POSTGRES -> startPostgres();
      case KAFKA -> startKafka();
      case NEIGHBOURS -> launch(member, settings.neighbours());
      case EDGE -> launch(member, settings.edge());
      case DEPLOYER, BACKUP, HEALTH, ALERT, ADR, CONSOLE ->
          launch(member, settings.environment(member));
    }
  }

  private void startPostgres() {
    PostgresServer server =
        PostgresServer.start(
            home.data().resolve("postgres"),
            ports.postgres(),
            PostgresServer.Durability.MACHINE,
            Lifetime.ITS_OWN,
            process -> record(Member.POSTGRES, process));
    secrets.keep(StackSecrets.POSTGRES, server.password());
    for (Member service : Member.services()) {
      String name = ServiceSettings.databaseOf(service);
      server.createRole(name, settings.databasePassword(service));
      server.createDatabase(name, name);
    }
  }

  private void startKafka() {
    List<String> flags = new ArrayList<>(classFlags.apply(Member.KAFKA));
    String jar = ClassFamily.KAFKA.firstJar();
    flags.addAll(List.of("-cp", installation.classPath(List.of(jar))));
    KafkaBroker.start(
        home.data().resolve("kafka"),
        ports.kafka(),
        Lifetime.ITS_OWN,
        flags,
        process -> record(Member.KAFKA, process));
  }

  private void launch(Member member, Map<String, String> environment) {
    List<String> command =
        MemberProgram.of(member)
            .command(Executables.java().toString(), installation, classFlags.apply(member));
    Process process =
        Program.start(command, environment, home.folder(), log(member), Lifetime.ITS_OWN);
    record(member, process.toHandle());
  }

  /** A process that cannot be written down must not run: nobody would ever end it. */
  private void record(Member member, ProcessHandle process) {
    try {
      pids.record(member, process.pid());
    } catch (Failure e) {
      Program.endWithDescendants(process);
      throw e;
    }
  }

  private Path log(Member member) {
    return MemberLog.of(member, home).file();
  }

  /**
   * Waits until a launched member does its work.
   *
   * @param givenUp asked now and then; true ends the wait
   * @throws Failure with its last words when it ends, or is not ready in time
   */
  void awaitReady(Member member, BooleanSupplier givenUp) throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!Readiness.of(member, ports) && !givenUp.getAsBoolean()) {
      if (pids.find(member).isEmpty() && !givenUp.getAsBoolean()) {
        throw new Failure(
            Exit.FAILED,
            "%s ended while starting:\n%s".formatted(member.text(), lastLines(log(member))),
            "the whole log: " + log(member));
      }
      if (System.nanoTime() > deadline) {
        throw new Failure(
            Exit.TIMED_OUT,
            "%s was not ready after %d s".formatted(member.text(), READY_LIMIT.toSeconds()),
            "its log: " + log(member));
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines =
          Files.readAllLines(log, StandardCharsets.UTF_8).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
              .toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
    } catch (IOException e) {
      return "(no log)";
    }
  }
}
