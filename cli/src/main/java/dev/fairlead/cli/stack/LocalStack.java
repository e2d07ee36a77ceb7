package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The suite on this machine: every member a process of its own, all state in one folder. */
public final class LocalStack {

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
      throw unwritable(e);
    }
  }

  /** What ran before is kept on also where the rest does not start. */
  private List<Member> startMissing(Progress progress) throws IOException {
    StackStart start = newStart(installation::classFlags, progress);
    Preflight preflight = new Preflight(home, ports);
    try (Interruption _ = Interruption.passedOnTo(start::giveUp, () -> lastWords(start))) {
      try {
        keeper.stop();
        List<Member> missing =
            Arrays.stream(Member.values()).filter(member -> pids.find(member).isEmpty()).toList();
        if (!missing.isEmpty()) {
          preflight.require(missing);
          start(missing, start);
        }
        new KeeperNotes(home).forget();
        return missing;
      } catch (RuntimeException e) {
        throw preflight.explained(e);
      } finally {
        if (isRunning()) {
          keeper.start(ports);
        }
      }
    }
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
      throw unwritable(e);
    }
  }

  private Failure unwritable(IOException e) {
    return new Failure(
        Exit.FAILED,
        "cannot write %s: %s".formatted(home.folder(), e.getMessage()),
        "correct the folder's rights, free disk space, or choose another folder with FAIRLEAD_HOME",
        e);
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

  /** How every member is. */
  StackStatus status() {
    return new StackStatus(ports, pids, keeper, new KeeperNotes(home));
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
}
