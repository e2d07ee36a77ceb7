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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The suite on this machine: every member a process of its own, all state in one folder. */
public final class LocalStack {

  /** What kafka, databases and logs of a stack in use take. */
  private static final long NEEDED_DISK_BYTES = 500L << 20;

  /** Programs that cannot write end, and some remove what they have begun. */
  private static final long FULL_DISK_BYTES = 64L << 20;

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
            .orElseThrow(
                () ->
                    new Failure(
                        Exit.FAILED, "postgres is not running", "start it with: fairlead up"));
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
    try (StackLock lock = lock("up")) {
      return startMissing(progress);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(home.folder(), e.getMessage()),
          "correct the folder's rights, free disk space, or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  /** What ran before is kept on also where the rest does not start. */
  private List<Member> startMissing(Progress progress) throws IOException {
    StackStart start = newStart(installation::classFlags, progress);
    try (Interruption _ = Interruption.passedOnTo(start::giveUp, () -> lastWords(start))) {
      try {
        keeper.stop();
        List<Member> missing =
            Arrays.stream(Member.values()).filter(member -> pids.find(member).isEmpty()).toList();
        if (!missing.isEmpty()) {
          requirePrograms();
          requireDisk();
          requirePorts(missing);
          start(missing, start);
        }
        new KeeperNotes(home).forget();
        return missing;
      } catch (RuntimeException e) {
        throw home.freeBytes() < FULL_DISK_BYTES ? diskIsFull(e) : e;
      } finally {
        if (isRunning()) {
          keeper.start(ports);
        }
      }
    }
  }

  /** Of all that breaks then, this is what there is to know. */
  private Failure diskIsFull(RuntimeException broken) throws IOException {
    return new Failure(
        Exit.FAILED,
        "the disk of %s is full, %d MB are free: %s"
            .formatted(
                home.folder(),
                home.freeBytes() >> 20,
                String.valueOf(broken.getMessage()).lines().findFirst().orElse("")),
        "free disk space, then: fairlead up; what was stored is still there",
        broken);
  }

  private static String lastWords(StackStart start) {
    return start.isComplete()
        ? "interrupted when everything was up already; to stop it: fairlead down"
        : "interrupted: what was started is stopped again";
  }

  /** Before the keeper is stopped: a command that is refused leaves the keeper to its work. */
  private StackLock lock(String command) {
    return StackLock.ofStackIfFree(home, command).orElseGet(() -> lockAfterKeeper(command));
  }

  /** The keeper itself holds it while it starts a member, and may do so for a minute. */
  private StackLock lockAfterKeeper(String command) {
    keeper
        .find()
        .filter(process -> StackLock.isHeldBy(home, process.pid()))
        .ifPresent(KeeperProcess::end);
    return StackLock.ofStack(home, command);
  }

  /** Starts only these, on a home that was created, and leaves nobody behind to keep them. */
  void startWithoutKeeper(List<Member> members, Function<Member, List<String>> classFlags) {
    StackStart start = newStart(classFlags, _ -> {});
    try (StackLock lock = lock("rehearsal");
        Interruption _ = Interruption.passedOnTo(start::giveUp, () -> lastWords(start))) {
      keeper.stop();
      start(members, start);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(home.folder(), e.getMessage()),
          "correct the folder's rights, free disk space, or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  private StackStart newStart(Function<Member, List<String>> classFlags, Progress progress) {
    MemberStart each = new MemberStart(home, ports, installation, pids, secrets, classFlags);
    return new StackStart(each, ports, new StackStop(home, pids), progress);
  }

  private void start(List<Member> members, StackStart start) throws IOException {
    ServiceSettings.requireNamesOfServices(home);
    secrets.create(isRunning());
    home.record(ports);
    start.start(members);
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

  /** Whether each member that is alive answers; asked of all at once. */
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

  /**
   * Ends a member that hangs, at once.
   *
   * @param pid of the process that was found to hang
   * @return false when another command works on the stack, or it has ended already
   */
  boolean endHung(Member member, long pid) {
    Optional<StackLock> lock = StackLock.ofStackIfFree(home, "end of hung " + member.text());
    if (lock.isEmpty()) {
      return false;
    }
    try (StackLock held = lock.get()) {
      Optional<ProcessHandle> process = pids.find(member).filter(found -> found.pid() == pid);
      process.ifPresent(hung -> StackStop.kill(member, hung));
      return process.isPresent();
    }
  }

  /**
   * Ends every member, and the application processes and containers that the deployer started. Data
   * stays.
   */
  public Stopped down(Progress progress) {
    if (!Files.isDirectory(home.folder())) {
      return Stopped.NOTHING;
    }
    try (StackLock lock = lock("down")) {
      keeper.stop();
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
    long free = home.freeBytes();
    if (free < NEEDED_DISK_BYTES) {
      throw new Failure(
          Exit.FAILED,
          "only %d MB free in %s; the stack needs %d MB"
              .formatted(free >> 20, home.folder(), NEEDED_DISK_BYTES >> 20),
          "free disk space or choose another folder with FAIRLEAD_HOME");
    }
  }

  private void requirePorts(List<Member> members) {
    List<String> taken = ports.taken(members);
    if (!taken.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          String.join("\n  ", taken),
          "if that is another stack of yours, name its folder with FAIRLEAD_HOME; else end that process\nor use other ports: FAIRLEAD_PORT_OFFSET=1000 adds 1000 to each");
    }
  }
}
