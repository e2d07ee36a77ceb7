package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import dev.fairlead.stack.NeighbourFailed;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The suite on this machine: every member a process of its own, all state in one folder. */
public final class LocalStack {

  /** What kafka, databases and logs of a stack in use take. */
  private static final long NEEDED_DISK_BYTES = 500L << 20;

  private final StackHome home;
  private final StackPorts ports;
  private final Installation installation;
  private final PidFiles pids;
  private final StackSecrets secrets;
  private final KeeperProcess keeper;

  private LocalStack(StackHome home, StackPorts ports, Installation installation) {
    this.home = home;
    this.ports = ports;
    this.installation = installation;
    this.pids = new PidFiles(home);
    this.secrets = new StackSecrets(home);
    this.keeper = new KeeperProcess(home, installation);
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
    return of(surroundings.with("FAIRLEAD_HOME", folder.toString()));
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
    return new ServiceClient(
        Service.EDGE, address, Optional.of(secrets.named(StackSecrets.EDGE_TOKEN)));
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
   * Starts every member that does not run and returns when all are ready; a keeper then starts
   * again what dies. What it started is stopped again when one fails or the command is interrupted.
   *
   * @return the members that were started; empty when all ran already
   * @throws Failure with the reason and what to do
   */
  public List<Member> up(Progress progress) {
    home.create();
    try (StackLock lock = lockForChange("up")) {
      List<Member> missing =
          Arrays.stream(Member.values()).filter(member -> pids.find(member).isEmpty()).toList();
      startMissing(missing, progress);
      return missing;
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot write " + home.folder() + ": " + e.getMessage(), "", e);
    }
  }

  /** What ran before is kept on also where the rest does not start. */
  private void startMissing(List<Member> missing, Progress progress) throws IOException {
    try {
      if (!missing.isEmpty()) {
        requirePrograms();
        requireDisk();
        requirePorts(missing);
        start(missing, installation::classFlags, progress);
      }
      new KeeperNotes(home).forget();
    } finally {
      if (isRunning()) {
        keeper.start(ports);
      }
    }
  }

  /** The keeper ends first: it would start again what is stopped on purpose. */
  private StackLock lockForChange(String command) {
    keeper.stop();
    return StackLock.ofStack(home, command);
  }

  /** Starts only these, on a home that was created, and leaves nobody behind to keep them. */
  void startWithoutKeeper(List<Member> members, Function<Member, List<String>> classFlags) {
    try (StackLock lock = lockForChange("rehearsal")) {
      start(members, classFlags, _ -> {});
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot write " + home.folder() + ": " + e.getMessage(), "", e);
    }
  }

  private void start(
      List<Member> members, Function<Member, List<String>> classFlags, Progress progress)
      throws IOException {
    secrets.create(isRunning());
    home.record(ports);
    MemberStart each = new MemberStart(home, ports, installation, pids, secrets, classFlags);
    new StackStart(each, ports, new StackStop(home, pids), progress).start(members);
  }

  /**
   * Starts a member that has died, and does not wait until it is ready.
   *
   * @return false when another command works on the stack
   * @throws RuntimeException when it does not start
   */
  boolean relaunch(Member member) {
    Optional<StackLock> lock = StackLock.ofStackIfFree(home, "new start of " + member.text());
    if (lock.isEmpty()) {
      return false;
    }
    try (StackLock held = lock.get()) {
      new MemberStart(home, ports, installation, pids, secrets, installation::classFlags)
          .launch(member);
      return true;
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
    try (StackLock lock = lockForChange("down")) {
      return new StackStop(home, pids).stopAll(progress);
    }
  }

  /** Whoever starts again what dies; empty when nobody does. */
  Optional<ProcessHandle> keeper() {
    return keeper.find();
  }

  boolean isKeptByThisProcess() {
    return keeper.find().filter(ProcessHandle.current()::equals).isPresent();
  }

  public List<MemberStatus> status() {
    return Arrays.stream(Member.values()).parallel().map(this::statusOf).toList();
  }

  private MemberStatus statusOf(Member member) {
    int port = member.ports(ports).getFirst();
    Optional<ProcessHandle> process = pids.find(member);
    KeeperNotes.Note note = new KeeperNotes(home).of(member);
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
   * What must be installed before anything is started.
   *
   * @throws Failure naming the package
   */
  public static void requirePrograms() {
    try {
      PostgresBinaries.required();
    } catch (NeighbourFailed e) {
      throw new Failure(
          Exit.FAILED,
          String.valueOf(e.getMessage()),
          "what else may be missing says: fairlead doctor",
          e);
    }
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
    List<String> taken = ports.taken(members);
    if (!taken.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          String.join("\n  ", taken),
          "end that process; or use other ports: FAIRLEAD_PORT_OFFSET=1000 adds 1000 to each");
    }
  }
}
