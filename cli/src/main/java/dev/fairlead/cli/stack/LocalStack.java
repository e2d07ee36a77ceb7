package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The suite on this machine: every member a process of its own, all state in one folder. */
public final class LocalStack {

  /** What kafka, databases and logs of a stack in use take. */
  private static final long NEEDED_DISK_BYTES = 500L << 20;

  private final StackHome home;
  private final StackPorts ports;
  private final Installation installation;
  private final PidFiles pids;
  private final StackSecrets secrets;

  private LocalStack(StackHome home, StackPorts ports, Installation installation) {
    this.home = home;
    this.ports = ports;
    this.installation = installation;
    this.pids = new PidFiles(home);
    this.secrets = new StackSecrets(home);
  }

  /** The stack of these surroundings, running or not. */
  public static LocalStack of(Surroundings surroundings) {
    StackHome home = StackHome.of(surroundings);
    StackPorts ports =
        surroundings.variable("FAIRLEAD_PORT_OFFSET").isPresent()
            ? StackPorts.wanted(surroundings)
            : home.ports();
    return new LocalStack(home, ports, Installation.of(surroundings));
  }

  /** The stack that the demo tells its story on: beside the user's own, and made anew each time. */
  public static LocalStack ofDemo(Surroundings surroundings) {
    Path folder = StackHome.of(surroundings).folder().resolve("demo");
    return of(
        surroundings.with("FAIRLEAD_HOME", folder.toString()).with(Installation.KEEP_CLASSES, "1"));
  }

  public StackHome home() {
    return home;
  }

  public StackPorts ports() {
    return ports;
  }

  public StackSecrets secrets() {
    return secrets;
  }

  /** A client of a service of this stack, as one of the local identities. */
  public ServiceClient client(Service service, String identity) {
    URI address = URI.create("http://127.0.0.1:" + ports.of(service));
    return new ServiceClient(service, address, Optional.of(secrets.token(identity)));
  }

  /** The client of the edge proxy's admin port, which has a token of its own. */
  public ServiceClient edge() {
    URI address = URI.create("http://127.0.0.1:" + ports.of(Service.EDGE));
    return new ServiceClient(Service.EDGE, address, Optional.of(secrets.named("edge-token")));
  }

  /** The running database server. */
  public PostgresServer postgres() {
    ProcessHandle process =
        pids.find(Member.POSTGRES)
            .orElseThrow(() -> new Failure(Exit.FAILED, "postgres is not running", "fairlead up"));
    return PostgresServer.running(home.data().resolve("postgres"), ports.postgres(), process);
  }

  /** The process of a member, if it is alive. */
  public Optional<ProcessHandle> process(Member member) {
    return pids.find(member);
  }

  /** Whether any member is alive. */
  public boolean isRunning() {
    return Arrays.stream(Member.values()).anyMatch(member -> pids.find(member).isPresent());
  }

  /**
   * Starts every member that does not run and returns when all are ready. What it started is
   * stopped again when one fails or the command is interrupted.
   *
   * @return the members that were started; empty when all ran already
   * @throws Failure with the reason and what to do
   */
  public List<Member> up(Progress progress) {
    home.create();
    try (StackLock lock = StackLock.ofStack(home, "up")) {
      List<Member> missing =
          Arrays.stream(Member.values()).filter(member -> pids.find(member).isEmpty()).toList();
      if (missing.isEmpty()) {
        return missing;
      }
      requireDisk();
      requirePorts(missing);
      secrets.create();
      home.record(ports);
      new StackStart(home, ports, installation, pids, secrets, progress).start(missing);
      return missing;
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot write " + home.folder() + ": " + e.getMessage(), "", e);
    }
  }

  /** Starts one member again, for example one that was killed. */
  public void restart(Member member, Progress progress) {
    try (StackLock lock = StackLock.ofStack(home, "restart of " + member.text())) {
      new StackStop(home, pids).stop(List.of(member));
      requirePorts(List.of(member));
      new StackStart(home, ports, installation, pids, secrets, progress).start(List.of(member));
    }
  }

  /**
   * Ends every member, and the application processes that the deployer started. Data stays.
   *
   * @return the members that were running
   */
  public List<Member> down(Progress progress) {
    if (!Files.isDirectory(home.folder())) {
      return List.of();
    }
    try (StackLock lock = StackLock.ofStack(home, "down")) {
      return new StackStop(home, pids).stopAll(progress);
    }
  }

  public List<MemberStatus> status() {
    return Arrays.stream(Member.values()).parallel().map(this::statusOf).toList();
  }

  private MemberStatus statusOf(Member member) {
    int port = member.ports(ports).getFirst();
    Optional<ProcessHandle> process = pids.find(member);
    if (process.isEmpty()) {
      String state = pids.isRecorded(member) ? "dead" : "down";
      return new MemberStatus(member, state, Optional.empty(), port, 0, Optional.empty());
    }
    ProcessHandle alive = process.get();
    return new MemberStatus(
        member,
        Readiness.of(member, ports) ? "up" : "starting",
        Optional.of(alive.pid()),
        port,
        Memory.bytesOf(alive),
        alive.info().startInstant().map(start -> Duration.between(start, Instant.now())));
  }

  private void requireDisk() throws IOException {
    FileStore store = Files.getFileStore(home.folder());
    if (store.getUsableSpace() < NEEDED_DISK_BYTES) {
      throw new Failure(
          Exit.FAILED,
          "only %d MB free in %s; the stack needs %d MB"
              .formatted(store.getUsableSpace() >> 20, home.folder(), NEEDED_DISK_BYTES >> 20),
          "free disk space or choose another folder with FAIRLEAD_HOME");
    }
  }

  private void requirePorts(List<Member> members) {
    List<String> taken = new ArrayList<>();
    for (Member member : members) {
      for (int port : member.ports(ports)) {
        if (!Ports.isFree(port)) {
          String holder = PortHolder.of(port).orElse("another process");
          taken.add("port %d for %s is taken by %s".formatted(port, member.text(), holder));
        }
      }
    }
    if (!taken.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          String.join("\n  ", taken),
          "end that process; or use other ports: FAIRLEAD_PORT_OFFSET=1000 adds 1000 to each");
    }
  }
}
