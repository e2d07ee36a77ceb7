package dev.fairlead.deployer.runtime;

import java.time.Duration;

/** What the health gate found out about one instance. */
public sealed interface Health {

  InstanceId instance();

  /** Two successes in a row, and healthy since for as long as was asked. */
  record Healthy(InstanceId instance, Duration after) implements Health {}

  /** Exited, or not healthy before the deadline. The reason is the last thing seen. */
  record Unhealthy(InstanceId instance, String reason) implements Health {}
}
