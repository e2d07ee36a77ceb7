package dev.fairlead.deployer.runtime;

/** Whether a runtime or router can be used now, for the infrastructure gate. */
public sealed interface Reachability {

  /** For people, such as {@code Docker Engine 28.2 on unix:///var/run/docker.sock}. */
  String description();

  record Reachable(String description) implements Reachability {}

  /** The description says why not, and what to do. */
  record Unreachable(String description) implements Reachability {}
}
