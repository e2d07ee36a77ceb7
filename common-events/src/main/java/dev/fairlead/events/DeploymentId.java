package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One attempt to bring a version into an environment, from request to its end. */
public record DeploymentId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static DeploymentId of(String text) {
    return new DeploymentId(Uuids.parse("deployment id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static DeploymentId random() {
    return new DeploymentId(Uuids.timeOrdered());
  }

  /**
   * The deployment that a request with this key starts, however often and over whichever path the
   * request arrives: requests are idempotent by key. Where another place has used the key before,
   * it is {@link #forRequest(Place, String)}.
   */
  public static DeploymentId forRequest(String idempotencyKey) {
    return new DeploymentId(Uuids.derivedFrom("deployment:" + idempotencyKey));
  }

  /** The same at one place alone: nobody occupies a key for others. */
  public static DeploymentId forRequest(Place place, String idempotencyKey) {
    return new DeploymentId(
        Uuids.derivedFrom("deployment-at:%s:%s".formatted(place, idempotencyKey)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
