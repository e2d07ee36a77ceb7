package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.deployer.runtime.Instance.State;
import dev.fairlead.events.Place;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Instances as plain processes of this machine, each in a session of its own, so that neither the
 * deployer's death nor Ctrl-C reaches them.
 *
 * <p>State is one folder per instance, written before the process starts. Every process carries
 * marks in its environment; whoever dies between starting a process and writing down its pid leaves
 * a process that is found by its marks.
 *
 * <p>Under systemd the deployer's unit needs {@code KillMode=process}.
 */
public final class ProcessRuntime implements Runtime {

  /** How long a start may be under way before a record without a process counts as dead. */
  private static final Duration START = Duration.ofSeconds(5);

  private final ProcessRecords records;
  private final KeptLogs logs;
  private final FenceLedger fences;
  private final Locks locks;
  private final Locks portLock;
  private final PortRange ports;
  private final Clock clock;
  private final ProcessTable table;
  private final Marks marks;
  private final Launcher launcher;
  private final Map<InstanceId, Process> children = new ConcurrentHashMap<>();

  /**
   * @param folder for the state of all instances; deployers that share the work share it
   */
  public ProcessRuntime(Path folder, PortRange ports, Clock clock) {
    Path root = folder.toAbsolutePath().normalize();
    Reserve reserve = new Reserve(root.resolve("reserve"));
    this.records = new ProcessRecords(root.resolve("instances"), reserve);
    this.logs = new KeptLogs(root.resolve("logs"));
    this.fences = new FenceLedger(root.resolve("fences"), reserve);
    this.locks = new Locks(root.resolve("locks"));
    this.portLock = new Locks(root.resolve("port-locks"));
    this.ports = ports;
    this.clock = clock;
    this.table = new ProcessTable();
    this.marks = new Marks(RuntimeName.of(root), table);
    this.launcher = new Launcher(marks);
  }

  @Override
  public Instance start(InstanceSpec spec, Fence fence) {
    Program.Unpacked program = unpacked(spec);
    launcher.requireRunnable(program);
    fence.requireFor(spec.id(), spec.place());
    try (Locks.Held held = locks.acquire(spec.id().value())) {
      fences.admit(fence);
      Optional<ProcessRecord> known = records.find(spec.id());
      known.ifPresent(record -> requireSame(record, spec));
      if (known.isPresent() && processOf(known.get()).isPresent()) {
        return observed(known.get());
      }
      return launch(prepared(spec, known), spec, program);
    }
  }

  @Override
  public List<Instance> observe(Place place) {
    return records.all().stream()
        .filter(record -> record.place().equals(place))
        .map(this::observed)
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  @Override
  public Set<Resident> residents() {
    return records.all().stream()
        .map(record -> new Resident(record.place(), record.deployment()))
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<Instance> observe(InstanceId id) {
    return records.find(id).map(this::observed);
  }

  @Override
  public void stop(InstanceId id, Duration grace, Fence fence) throws InterruptedException {
    ProcessFamily family = new ProcessFamily(id, table, marks);
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      Optional<ProcessRecord> record = records.find(id);
      record.ifPresent(known -> fence.requireFor(id, known.place()));
      record.map(ProcessRecord::toldToEnd).ifPresent(records::save);
      family.askToEnd(record.flatMap(ProcessRecord::process));
    }
    family.awaitEnd(grace);
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      family.killRest();
      logs.keep(id, records.logOf(id).tail(KeptLogs.lines()));
      records.forget(id);
    }
  }

  /** They have nothing together; but whoever started one from an earlier deployment is refused. */
  @Override
  public void leave(Fence fence) {
    fences.admit(fence);
  }

  @Override
  public Optional<List<String>> log(InstanceId id, int lines) {
    return records
        .find(id)
        .map(record -> records.logOf(record.id()).tail(lines))
        .or(() -> logs.last(id, lines));
  }

  @Override
  public void cutLogs(long most) {
    for (ProcessRecord record : records.all()) {
      OutputLog log = records.logOf(record.id());
      if (log.exceeds(most)) {
        try (Locks.Held held = locks.acquire(record.id().value())) {
          log.cut(most);
        }
      }
    }
  }

  @Override
  public Optional<Usage> usage(InstanceId id) {
    List<Long> pids =
        marks.processesOf(id).stream().map(process -> process.identity().pid()).toList();
    return pids.isEmpty() ? Optional.empty() : Optional.of(ProcessUsage.of(pids));
  }

  @Override
  public Reachability reachability() {
    return launcher.reachability();
  }

  private static Program.Unpacked unpacked(InstanceSpec spec) {
    return switch (spec.program()) {
      case Program.Unpacked program -> program;
      case Program.ContainerImage image ->
          throw new RuntimeFailure(
              "instance %s is an image (%s), which plain processes cannot run; set runtime: docker"
                  .formatted(spec.id(), image.digest()));
    };
  }

  private static void requireSame(ProcessRecord record, InstanceSpec spec) {
    if (!record.describes(spec)) {
      throw new RuntimeFailure(
          "instance id %s is taken by %s %s of deployment %s; use a new id"
              .formatted(record.id(), record.place(), record.version(), record.deployment()));
    }
    if (record.stopping()) {
      throw new RuntimeFailure(
          "instance %s is being stopped; stop it to the end, then start a new one"
              .formatted(record.id()));
    }
  }

  /** Writes down what is about to be started, with a port that nobody else is promised. */
  private ProcessRecord prepared(InstanceSpec spec, Optional<ProcessRecord> known) {
    Instant now = clock.instant();
    try (Locks.Held held = portLock.acquire("ports")) {
      ProcessRecord record =
          known
              .map(former -> former.again(portFor(former), now))
              .orElseGet(() -> ProcessRecord.of(spec, ports.free(taken()), now));
      records.save(record);
      return record;
    }
  }

  private int portFor(ProcessRecord former) {
    return PortRange.available(former.port()) ? former.port() : ports.free(taken());
  }

  private Set<Integer> taken() {
    return records.all().stream().map(ProcessRecord::port).collect(Collectors.toSet());
  }

  private Instance launch(ProcessRecord record, InstanceSpec spec, Program.Unpacked program) {
    Process process =
        launcher.launch(spec, program, record.port(), records.logOf(spec.id()).file());
    try {
      ProcessRecord started =
          table.find(process.pid()).map(entry -> record.startedAs(entry.identity())).orElse(record);
      records.save(started);
      watch(started, process);
      return observed(started);
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Only the one who started a process is told its exit code; it is written down for all. */
  private void watch(ProcessRecord started, Process process) {
    children.put(started.id(), process);
    process
        .onExit()
        .thenAcceptAsync(
            ended -> {
              rememberExit(started, ended.exitValue());
              children.remove(started.id(), ended);
            },
            Thread::startVirtualThread);
  }

  private void rememberExit(ProcessRecord started, int exitCode) {
    try (Locks.Held held = locks.acquire(started.id().value())) {
      records
          .find(started.id())
          .filter(record -> record.restarts() == started.restarts())
          .ifPresent(record -> records.save(record.exited(exitCode)));
    }
  }

  private Instance observed(ProcessRecord record) {
    Optional<ProcessTable.Entry> process = processOf(record);
    return new Instance(
        record.id(),
        record.place(),
        record.deployment(),
        record.version(),
        process.flatMap(Marks::digestOf).orElse(record.digest()),
        process.<State>map(found -> new State.Running()).orElseGet(() -> withoutProcess(record)),
        Optional.of(record.address()),
        Optional.of(record.requestedAt()),
        record.restarts(),
        Optional.empty());
  }

  /** By its recorded identity, or by its marks if its deployer died before it could write that. */
  private Optional<ProcessTable.Entry> processOf(ProcessRecord record) {
    return record.process().isPresent()
        ? table.find(record.process().get())
        : marks.leaderOf(record.id());
  }

  /** For the moment between a process's end and its being written down. */
  private Optional<Integer> exitCodeOfChild(ProcessRecord record) {
    return Optional.ofNullable(children.get(record.id()))
        .filter(
            child -> record.process().map(ProcessIdentity::pid).equals(Optional.of(child.pid())))
        .map(child -> child.onExit().join().exitValue());
  }

  private State withoutProcess(ProcessRecord record) {
    Optional<Integer> exitCode = record.exitCode().or(() -> exitCodeOfChild(record));
    if (exitCode.isPresent()) {
      return new State.Exited(ExitCode.describe(exitCode.get()));
    }
    if (record.process().isPresent()) {
      return new State.Exited("it ended while no deployer was watching; exit code unknown");
    }
    boolean underWay = clock.instant().isBefore(record.requestedAt().plus(START));
    return underWay ? new State.Starting() : new State.Exited("its start was interrupted");
  }
}
