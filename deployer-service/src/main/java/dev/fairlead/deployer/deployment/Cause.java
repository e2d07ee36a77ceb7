package dev.fairlead.deployer.deployment;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.Phase;
import org.jspecify.annotations.Nullable;

/** Why a deployment is undone. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "cause")
public sealed interface Cause {

  Actor FAIRLEAD = new Actor("fairlead/deployer");

  Phase phase();

  String reason();

  @Nullable String advice();

  default Actor by() {
    return FAIRLEAD;
  }

  /** A step failed, the deadline passed, or the health service found the release degraded. */
  @JsonTypeName("failure")
  record Failure(Phase phase, String reason, @Nullable String advice) implements Cause {}

  /** Somebody cancelled it. */
  @JsonTypeName("cancellation")
  record Cancellation(Phase phase, Actor by, @Nullable String comment) implements Cause {

    @Override
    public String reason() {
      return "cancelled by %s%s".formatted(by, comment == null ? "" : ": " + comment);
    }

    @Override
    public @Nullable String advice() {
      return null;
    }
  }
}
