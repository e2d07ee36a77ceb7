package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.InstanceSpec;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Resident;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.Usage;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host for one look around: once it has not answered it is away to the end, so that nobody waits
 * for it a second time.
 */
final class WatchedHost implements Runtime {

  private final Runtime host;

  /** What was said of it, for people; null while it answers. */
  private volatile @Nullable String silence;

  private WatchedHost(Runtime host, @Nullable String silence) {
    this.host = host;
    this.silence = silence;
  }

  static Runtime of(Runtime host, Reachability seen) {
    return new WatchedHost(host, seen instanceof Reachability.Unreachable(String why) ? why : null);
  }

  private <T> T asked(Supplier<T> question) {
    requireThere();
    try {
      return question.get();
    } catch (EngineAway e) {
      silence = e.getMessage();
      throw e;
    }
  }

  private void requireThere() {
    String why = silence;
    if (why != null) {
      throw new EngineAway(why);
    }
  }

  @Override
  public Instance start(InstanceSpec spec, Fence fence) {
    return asked(() -> host.start(spec, fence));
  }

  @Override
  public List<Instance> observe(Place place) {
    return asked(() -> host.observe(place));
  }

  @Override
  public Set<Resident> residents() {
    return asked(host::residents);
  }

  @Override
  public Optional<Instance> observe(InstanceId id) {
    return asked(() -> host.observe(id));
  }

  @Override
  public void stop(InstanceId id, Duration grace, Fence fence) throws InterruptedException {
    requireThere();
    host.stop(id, grace, fence);
  }

  @Override
  public void leave(Fence fence) {
    requireThere();
    host.leave(fence);
  }

  @Override
  public Optional<List<String>> log(InstanceId id, int lines) {
    return asked(() -> host.log(id, lines));
  }

  @Override
  public void cutLogs(long most) {
    requireThere();
    host.cutLogs(most);
  }

  @Override
  public Optional<Usage> usage(InstanceId id) {
    return asked(() -> host.usage(id));
  }

  /** As it was seen last. */
  @Override
  public Reachability reachability() {
    String why = silence;
    return why == null
        ? new Reachability.Reachable("it answered just now")
        : new Reachability.Unreachable(why);
  }
}
