package dev.fairlead.deployer.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one step does. Every kind is idempotent: performing it looks at what is true first, so that
 * after a crash it may simply be performed again. Undoing a deployment is done in the same words.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "work")
public sealed interface Work {

  /** Longer than this no visitor is kept waiting; the edge proxy allows no more. */
  Duration LONGEST_HOLD = Duration.ofSeconds(30);

  /** Ask every gate, and report all failures at once. */
  @JsonTypeName("check-gates")
  record CheckGates() implements Work {}

  /** Count what was written to a database so far, to tell later what is not in its backup. */
  @JsonTypeName("note-writes")
  record NoteWrites(DatabaseId database) implements Work {}

  /** Ask for a backup, and wait until it is there. */
  @JsonTypeName("back-up")
  record BackUp(DatabaseId database) implements Work {}

  /** Write down, for ever, what is being deployed. */
  @JsonTypeName("record-release")
  record RecordRelease() implements Work {}

  /** Run the manifest's test command. */
  @JsonTypeName("run-tests")
  record RunTests() implements Work {}

  /** Build the image from its context, unless that was done before. */
  @JsonTypeName("build-image")
  record BuildImage() implements Work {}

  /**
   * Make the artifact ready to be started: unpack the archive, or bring the image to every host.
   */
  @JsonTypeName("prepare-artifact")
  record PrepareArtifact() implements Work {}

  /** Apply pending migrations. */
  @JsonTypeName("migrate")
  record Migrate(DatabaseId database) implements Work {}

  /** Make instances {@code first} to {@code last} of a side run. */
  @JsonTypeName("start")
  record Start(Side side, int first, int last) implements Work {}

  /** Wait until they are healthy, and stay so. */
  @JsonTypeName("await-healthy")
  record AwaitHealthy(Side side, int first, int last) implements Work {}

  /**
   * Give all traffic to the first {@code newInstances} of the new release, and to the old ones from
   * number {@code oldFrom} on; none when it is beyond the last.
   *
   * @param percent the share of the new release, 1 to 99; when absent every instance gets the same
   */
  @JsonTypeName("shift-traffic")
  record ShiftTraffic(
      int newInstances,
      int oldFrom,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer percent)
      implements Work {

    public ShiftTraffic(int newInstances, int oldFrom) {
      this(newInstances, oldFrom, null);
    }
  }

  /** Give nobody any traffic of the place's route at that router. */
  @JsonTypeName("take-off-traffic")
  record TakeOffTraffic(RouterKind router) implements Work {}

  /** Let the requests finish that whatever runs at the place still has from that router. */
  @JsonTypeName("drain-router")
  record DrainRouter(RouterKind router) implements Work {}

  /** Give the old instances all traffic of the route that was left at a former router. */
  @JsonTypeName("give-back-traffic")
  record GiveBackTraffic(RouterKind router) implements Work {}

  /** Stop whatever runs at the place, of any release, and remove what it had. */
  @JsonTypeName("clear-place")
  record ClearPlace() implements Work {}

  /** Have that router know the place's route no longer. */
  @JsonTypeName("remove-route")
  record RemoveRoute(RouterKind router) implements Work {}

  /** Let requests wait at the router, {@link #LONGEST_HOLD} each at most. */
  @JsonTypeName("hold-traffic")
  record HoldTraffic() implements Work {}

  /** Let the requests go on that wait. */
  @JsonTypeName("release-traffic")
  record ReleaseTraffic() implements Work {}

  /** Leave the shares as they are, and compare old and new at the router. */
  @JsonTypeName("watch-share")
  record WatchShare(int percent, Duration window) implements Work {}

  /** Wait until requests in flight at instances that lost their traffic are answered. */
  @JsonTypeName("drain")
  record Drain(Side side, int first, int last) implements Work {}

  @JsonTypeName("stop")
  record Stop(Side side, int first, int last) implements Work {}

  /** Ask every instance what the manifest's checks demand. */
  @JsonTypeName("check-answers")
  record CheckAnswers() implements Work {}

  /** Watch the router's own figures. */
  @JsonTypeName("check-traffic")
  record CheckTraffic() implements Work {}

  /** Run the hook of that name. */
  @JsonTypeName("run-hook")
  record RunHook(String hook) implements Work {}

  /** Run a suite of checks that the manifest asks for. */
  @JsonTypeName("run-suite")
  record RunSuite(Suite suite) implements Work {}

  /** See the exact digest running and taking traffic on every instance. */
  @JsonTypeName("confirm-serving")
  record ConfirmServing() implements Work {}

  /** Watch for the bake window. */
  @JsonTypeName("bake")
  record Bake() implements Work {}

  /** Count what was written since the backup, when nobody writes any more. */
  @JsonTypeName("count-loss")
  record CountLoss(DatabaseId database) implements Work {}

  /** Ask for the backup of this deployment to be restored in place, and wait until it is. */
  @JsonTypeName("restore-database")
  record RestoreDatabase(DatabaseId database) implements Work {}

  /** Whether another service does it: the deployer asks with an event and waits for the answer. */
  default boolean answeredByEvent() {
    return this instanceof BackUp || this instanceof RestoreDatabase;
  }
}
