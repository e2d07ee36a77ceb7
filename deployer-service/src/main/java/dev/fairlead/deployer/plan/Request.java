package dev.fairlead.deployer.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked for.
 *
 * @param artifact where the version is found, when it is not what the manifest says
 * @param claimedRequester who an unauthenticated request says it is from; never enough to approve,
 *     but enough to be kept from approving
 * @param rollbackTo the release to return to: no new artifact, no migration, no test
 * @param commitDetails absent also in requests of earlier versions of Fairlead
 * @param promotedFrom where what is asked for served; absent also in promotions of earlier versions
 * @param removal true to have what serves taken away; absent in every other request
 */
public record Request(
    DeploymentId id,
    Place place,
    Version version,
    @Nullable String artifact,
    @Nullable String commit,
    List<DecisionId> decisions,
    boolean skipTests,
    @Nullable String reason,
    Actor requestedBy,
    @Nullable Actor claimedRequester,
    @Nullable DeploymentId rollbackTo,
    Instant requestedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CommitDetails commitDetails,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable EnvironmentName promotedFrom,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean removal) {

  private static final String EVENT = "event:";
  private static final String WEBHOOK = "webhook:";

  /** To bring a version, by no promotion. */
  public Request(
      DeploymentId id,
      Place place,
      Version version,
      @Nullable String artifact,
      @Nullable String commit,
      List<DecisionId> decisions,
      boolean skipTests,
      @Nullable String reason,
      Actor requestedBy,
      @Nullable Actor claimedRequester,
      @Nullable DeploymentId rollbackTo,
      Instant requestedAt,
      @Nullable CommitDetails commitDetails) {
    this(
        id,
        place,
        version,
        artifact,
        commit,
        decisions,
        skipTests,
        reason,
        requestedBy,
        claimedRequester,
        rollbackTo,
        requestedAt,
        commitDetails,
        null,
        null);
  }

  /**
   * The same with its free text as {@code cleaning} leaves it. What something is found by stays
   * exactly as it is, and so do names of persons, because nobody may approve what they asked for.
   */
  public Request with(UnaryOperator<String> cleaning) {
    return copy(id, reason == null ? null : cleaning.apply(reason));
  }

  /** The same as another deployment. */
  public Request as(DeploymentId other) {
    return copy(other, reason);
  }

  private Request copy(DeploymentId id, @Nullable String reason) {
    return new Request(
        id,
        place,
        version,
        artifact,
        commit,
        decisions,
        skipTests,
        reason,
        requestedBy,
        claimedRequester,
        rollbackTo,
        requestedAt,
        commitDetails,
        promotedFrom,
        removal);
  }

  /**
   * To take away what serves. Only somebody who has proved who they are may ask for it.
   *
   * @param version what serves, for people
   */
  public static Request toRemove(
      DeploymentId id,
      Place place,
      Version version,
      @Nullable String reason,
      Actor by,
      Instant now) {
    return new Request(
        id, place, version, null, null, List.of(), true, reason, by, null, null, now, null, null,
        true);
  }

  /** Whether it is to take away what serves; not named as a property is, which would hide it. */
  public boolean takesAway() {
    return Boolean.TRUE.equals(removal);
  }

  @JsonIgnore
  public boolean isRollback() {
    return rollbackTo != null;
  }

  /** Whether it brings a version that may be newer than another one that waits. */
  public boolean goesForward() {
    return !isRollback() && !takesAway();
  }

  /** Who asks over Kafka, where anybody could claim to be anybody. */
  public static Actor unknownRequester(String source) {
    return new Actor(EVENT + source);
  }

  /** Who asks with a push: the sender is certain, the person is not. */
  public static Actor pusher(String sender, String name) {
    return new Actor("%s%s:%s".formatted(WEBHOOK, sender, name));
  }

  /** Whether who asks has proved who it is. */
  public boolean requesterIsKnown() {
    return !requestedBy.value().startsWith(EVENT) && !requestedBy.value().startsWith(WEBHOOK);
  }

  public @Nullable String commitMessage() {
    return commitDetails == null ? null : commitDetails.message();
  }

  public @Nullable String commitAuthor() {
    return commitDetails == null ? null : commitDetails.author();
  }

  /**
   * Whether it is the same request, sent again: who sends it, when, why, and what is told of its
   * commit aside. The reason is kept without the secrets that were known then, so it cannot be
   * compared.
   */
  public boolean repeats(Request earlier) {
    return place.equals(earlier.place)
        && version.equals(earlier.version)
        && Objects.equals(artifact, earlier.artifact)
        && Objects.equals(commit, earlier.commit)
        && decisions.equals(earlier.decisions)
        && skipTests == earlier.skipTests
        && Objects.equals(rollbackTo, earlier.rollbackTo)
        && takesAway() == earlier.takesAway()
        && fromWhere(earlier);
  }

  /** An event does not say, nor does what earlier versions of Fairlead have kept. */
  private boolean fromWhere(Request earlier) {
    return promotedFrom == null
        || earlier.promotedFrom == null
        || promotedFrom.equals(earlier.promotedFrom);
  }

  public boolean isFrom(Actor actor) {
    return actor.equals(requestedBy) || actor.equals(claimedRequester);
  }
}
