package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.EmbeddedNeighbours;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.NeighbourFailed;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * One start of the stack. Members start beside each other, as many at a time as the machine has
 * processors: more would only make each of them slower.
 */
final class StackStart {

  private static final Duration READY_LIMIT = Duration.ofSeconds(120);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int LOG_TAIL = 8;

  /** Small and quick to start; field figures: a third of the CPU time, 30 % less memory. */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss512k",
          // A service that waits for facts has little that is young; the rest of the heap is old.
          "-Xmn12m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TrimNativeHeapInterval=10000",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Worth its longer warm-up only where every request passes: half the processor time there. */
  private static final String FULL_SPEED = "-XX:TieredStopAtLevel=4";

  /**
   * @param options of the JVM, which go before those that all have
   */
  private record Launch(String module, String mainClass, String... options) {}

  private final StackHome home;
  private final StackPorts ports;
  private final Installation installation;
  private final PidFiles pids;
  private final StackSecrets secrets;
  private final ServiceSettings settings;
  private final Progress progress;
  private final Semaphore starting =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
  private final CountDownLatch databases = new CountDownLatch(1);
  private volatile boolean givenUp;

  StackStart(
      StackHome home,
      StackPorts ports,
      Installation installation,
      PidFiles pids,
      StackSecrets secrets,
      Progress progress) {
    this.home = home;
    this.ports = ports;
    this.installation = installation;
    this.pids = pids;
    this.secrets = secrets;
    this.settings = new ServiceSettings(home, ports, secrets);
    this.progress = progress;
  }

  void start(List<Member> members) {
    Thread onInterrupt = new Thread(() -> giveUp(members), "stop what was started");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    boolean complete = false;
    try {
      startBesideEachOther(members);
      if (givenUp) {
        throw new Failure(Exit.INTERRUPTED, "interrupted; what was started is stopped again", "");
      }
      complete = true;
    } finally {
      if (!givenUp) {
        withdraw(onInterrupt);
      }
      if (!complete) {
        giveUp(members);
      }
    }
  }

  private static void withdraw(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C came in this very moment: the hook runs, which is what it is for.
    }
  }

  private void giveUp(List<Member> members) {
    givenUp = true;
    new StackStop(home, pids).stop(members);
  }

  private void startBesideEachOther(List<Member> members) {
    if (!members.contains(Member.POSTGRES)) {
      databases.countDown();
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ExecutorCompletionService<Member> done = new ExecutorCompletionService<>(threads);
      for (Member member : members) {
        done.submit(() -> startWhenItsTurn(member));
      }
      try {
        for (int i = 0; i < members.size(); i++) {
          done.take().get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw asFailure(e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new Failure(Exit.INTERRUPTED, "interrupted", "", e);
      }
    }
  }

  private static Failure asFailure(ExecutionException ended) {
    Throwable cause = ended.getCause();
    return switch (cause) {
      case null -> new Failure(Exit.FAILED, text(ended), "", ended);
      case Failure failure -> failure;
      case NeighbourFailed failed -> new Failure(Exit.FAILED, text(failed), "", failed);
      default -> new Failure(Exit.FAILED, String.valueOf(cause), "fairlead doctor", cause);
    };
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  private Member startWhenItsTurn(Member member) throws InterruptedException {
    if (Member.services().contains(member)) {
      databases.await();
    }
    starting.acquire();
    try {
      if (!givenUp) {
        long begin = System.nanoTime();
        start(member);
        progress.say(
            "%-10s ready after %4.1f s on port %d: %s"
                .formatted(
                    member.text(),
                    (System.nanoTime() - begin) / 1e9,
                    member.ports(ports).getFirst(),
                    member.purpose()));
      }
      return member;
    } finally {
      starting.release();
    }
  }

  private void start(Member member) throws InterruptedException {
    switch (member) {
      case POSTGRES -> startPostgres();
      case KAFKA ->
          KafkaBroker.start(
              home.data().resolve("kafka"),
              ports.kafka(),
              Lifetime.ITS_OWN,
              installation.classArchive(member),
              process -> pids.record(member, process.pid()));
      case NEIGHBOURS ->
          launch(
              member,
              new Launch("local-stack", EmbeddedNeighbours.class.getName(), "-Xmx96m"),
              settings.neighbours());
      case EDGE ->
          launch(
              member,
              new Launch("edge-proxy", "dev.fairlead.edge.EdgeProxy", "-Xmx128m", FULL_SPEED),
              settings.edge());
      case DEPLOYER -> launchService(member, "dev.fairlead.deployer.DeployerService");
      case BACKUP -> launchService(member, "dev.fairlead.backup.BackupService");
      case HEALTH -> launchService(member, "dev.fairlead.health.HealthService");
      case ALERT -> launchService(member, "dev.fairlead.alert.AlertService");
      case ADR -> launchService(member, "dev.fairlead.adr.AdrService");
      case CONSOLE -> launchService(member, "dev.fairlead.console.ConsoleService");
    }
  }

  private void startPostgres() {
    PostgresServer server =
        PostgresServer.start(
            home.data().resolve("postgres"),
            ports.postgres(),
            PostgresServer.Durability.MACHINE,
            Lifetime.ITS_OWN,
            process -> pids.record(Member.POSTGRES, process.pid()));
    secrets.keep(StackSecrets.POSTGRES, server.password());
    for (Member service : Member.services()) {
      String name = ServiceSettings.databaseOf(service);
      server.createRole(name, settings.databasePassword(service));
      server.createDatabase(name, name);
    }
    databases.countDown();
  }

  private void launchService(Member member, String mainClass) throws InterruptedException {
    // A backup holds parts of 16 MB of what it sends.
    String heap = member == Member.BACKUP ? "-Xmx136m" : "-Xmx104m";
    Launch launch = new Launch(member.text() + "-service", mainClass, heap);
    launch(member, launch, settings.environment(member));
  }

  private void launch(Member member, Launch launch, Map<String, String> environment)
      throws InterruptedException {
    Path log = home.logs().resolve(member.text() + ".log");
    List<String> command = new ArrayList<>();
    command.add(Executables.java().toString());
    command.addAll(JVM);
    command.addAll(installation.classArchive(member));
    command.addAll(List.of(launch.options()));
    command.addAll(List.of("-cp", installation.jar(launch.module()).toString()));
    command.add(launch.mainClass());
    Process process = Program.start(command, environment, home.folder(), log, Lifetime.ITS_OWN);
    pids.record(member, process.pid());
    if (givenUp) {
      process.destroyForcibly();
    }
    awaitReady(member, process, log);
  }

  private void awaitReady(Member member, Process process, Path log) throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!Readiness.of(member, ports)) {
      if (givenUp) {
        return;
      }
      if (!process.isAlive()) {
        throw new Failure(
            Exit.FAILED,
            "%s ended with %d while starting:\n%s"
                .formatted(member.text(), process.exitValue(), lastLines(log)),
            "the whole log: " + log);
      }
      if (System.nanoTime() > deadline) {
        throw new Failure(
            Exit.TIMED_OUT,
            "%s was not ready after %d s".formatted(member.text(), READY_LIMIT.toSeconds()),
            "its log: " + log);
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
