package dev.fairlead.deployer.runtime;

import dev.fairlead.events.ArtifactDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables in an instance's environment by which its processes are known, whatever became of
 * the records.
 */
final class Marks {

  static final String INSTANCE = "FAIRLEAD_INSTANCE";
  static final String VERSION = "FAIRLEAD_VERSION";
  private static final String RUNTIME = "FAIRLEAD_RUNTIME";
  private static final String DEPLOYMENT = "FAIRLEAD_DEPLOYMENT";
  private static final String DIGEST = "FAIRLEAD_DIGEST";

  private final String runtime;
  private final ProcessTable table;

  /**
   * @param runtime tells the instances of this state folder from those of others on the machine
   */
  Marks(String runtime, ProcessTable table) {
    this.runtime = runtime;
    this.table = table;
  }

  Map<String, String> of(InstanceSpec spec) {
    Map<String, String> marks = new HashMap<>();
    marks.put(RUNTIME, runtime);
    marks.put(INSTANCE, spec.id().value());
    marks.put(VERSION, spec.version().value());
    marks.put(DEPLOYMENT, spec.deployment().toString());
    marks.put(DIGEST, spec.program().digest().value());
    return marks;
  }

  /** All processes of the instance that did not wipe their environment. */
  List<ProcessTable.Entry> processesOf(InstanceId id) {
    return table.withVariable(INSTANCE, id.value()).stream()
        .filter(process -> runtime.equals(process.environment().get(RUNTIME)))
        .toList();
  }

  /** What the process was started from, unless it wiped its environment. */
  static Optional<ArtifactDigest> digestOf(ProcessTable.Entry process) {
    return Optional.ofNullable(process.environment().get(DIGEST)).map(ArtifactDigest::new);
  }

  /** The instance's first process: the oldest one that leads a session. */
  Optional<ProcessTable.Entry> leaderOf(InstanceId id) {
    return processesOf(id).stream()
        .filter(ProcessTable.Entry::leadsSession)
        .min(Comparator.comparingLong(process -> process.identity().startTicks()));
  }
}
