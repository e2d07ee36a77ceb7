package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.InstanceSpec;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Resident;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.runtime.Usage;
import dev.fairlead.events.Place;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A host in memory, which can be lost: before it does what it is told, or before it says so. */
public final class ForgetfulHost implements Runtime {

  private final Map<InstanceId, Instance> instances = new ConcurrentSkipListMap<>();
  private final Map<InstanceId, List<String>> logs = new TreeMap<>();
  private final Set<InstanceId> illegible = new TreeSet<>();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile int lostAt = Integer.MAX_VALUE;
  private volatile int backAt = Integer.MAX_VALUE;
  private volatile int hangsAt = Integer.MAX_VALUE;
  private boolean actsFirst;

  /**
   * @param question at which it is lost, counted from now
   * @param afterwards whether it has done then what it was told, and only the answer is lost
   */
  public void loseAt(int question, boolean afterwards) {
    lostAt = questions.get() + question;
    actsFirst = afterwards;
  }

  /** It is away for so many questions. */
  public void loseFor(int count) {
    loseAt(1, false);
    backAt = lostAt + count;
  }

  /**
   * It keeps everybody waiting.
   *
   * @param question at which it begins to, counted from now
   */
  public void hangAt(int question) {
    hangsAt = questions.get() + question;
  }

  private static void hang() {
    try {
      Thread.sleep(Duration.ofHours(1));
    } catch (InterruptedException e) {
      throw new EngineAway("the question was given up");
    }
  }

  public void comeBack() {
    lostAt = Integer.MAX_VALUE;
  }

  /** Ends one that runs, as a crash would. */
  public void exit(InstanceId id, Instant startedAt, int restarts) {
    instances.computeIfPresent(
        id,
        (_, one) ->
            new Instance(
                id,
                one.place(),
                one.deployment(),
                one.version(),
                one.digest(),
                new Instance.State.Exited("exit code 1"),
                one.address(),
                Optional.of(startedAt),
                restarts,
                Optional.empty()));
  }

  /** It is there from now on, and as this says. */
  public void shows(Instance instance) {
    instances.put(instance.id(), instance);
  }

  /** What that one has written. */
  public void wrote(InstanceId id, String... lines) {
    logs.put(id, List.of(lines));
  }

  /** Whose log cannot be read. */
  public void hides(InstanceId id) {
    illegible.add(id);
  }

  /** How often anything was asked of it. */
  public int questions() {
    return questions.get();
  }

  /** What is really there. */
  public Set<Instance> truth() {
    return Set.copyOf(instances.values());
  }

  private void asked(Runnable deed) {
    int question = questions.incrementAndGet();
    if (question >= hangsAt) {
      hang();
    }
    if (question == lostAt && actsFirst) {
      deed.run();
    }
    if (question >= lostAt && question < backAt) {
      throw new EngineAway("it is away", new IOException("no route to host"));
    }
    deed.run();
  }

  @Override
  public Instance start(InstanceSpec spec, Fence fence) {
    asked(
        () ->
            instances.put(
                spec.id(),
                new Instance(
                    spec.id(),
                    spec.place(),
                    spec.deployment(),
                    spec.version(),
                    spec.program().digest(),
                    new Instance.State.Running(),
                    Optional.of(new Address("10.0.0.1", 20_000)),
                    Optional.empty(),
                    0,
                    Optional.empty())));
    return observe(spec.id()).orElseThrow();
  }

  @Override
  public List<Instance> observe(Place place) {
    asked(() -> {});
    return instances.values().stream().filter(one -> one.place().equals(place)).toList();
  }

  @Override
  public Set<Resident> residents() {
    asked(() -> {});
    return instances.values().stream()
        .map(one -> new Resident(one.place(), one.deployment()))
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<Instance> observe(InstanceId id) {
    asked(() -> {});
    return Optional.ofNullable(instances.get(id));
  }

  @Override
  public void stop(InstanceId id, Duration grace, Fence fence) {
    asked(() -> instances.remove(id));
  }

  @Override
  public Optional<List<String>> log(InstanceId id, int lines) {
    if (illegible.contains(id)) {
      throw new RuntimeFailure("its log was not read to the end in time");
    }
    return observe(id).map(_ -> logs.getOrDefault(id, List.of()));
  }

  @Override
  public Optional<Usage> usage(InstanceId id) {
    return Optional.empty();
  }

  @Override
  public Reachability reachability() {
    try {
      asked(() -> {});
      return new Reachability.Reachable("it is there");
    } catch (EngineAway e) {
      return new Reachability.Unreachable(String.valueOf(e.getMessage()));
    }
  }
}
