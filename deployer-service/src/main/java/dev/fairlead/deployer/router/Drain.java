package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.InstanceId;
import java.util.Map;

/** How waiting for requests in flight ended. */
public sealed interface Drain {

  /** Nothing is in flight any more; the backends can be stopped without losing a request. */
  record Drained() implements Drain {}

  /** The deadline passed. What is still in flight will be cut off when the backend is stopped. */
  record StillInFlight(Map<InstanceId, Integer> requests) implements Drain {}
}
