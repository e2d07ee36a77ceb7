package dev.fairlead.events;

/** The topics of the suite. Each holds one family of events, keyed by {@link Event#subject()}. */
public enum Topic {
  /** Applied manifests; compacted, so a late reader still learns every target and database. */
  APPLICATIONS("applications", true),
  DEPLOYMENTS("deployments", false),
  BACKUPS("backups", false),
  HEALTH("health", false),
  ALERTS("alerts", false),
  DECISIONS("decisions", false),
  /** The latest state of each decision; compacted, so a gate works while adr-service is down. */
  DECISION_STATES("decision-states", true),
  AUDIT("audit", false);

  private static final String PREFIX = "fairlead.";

  private final String shortName;
  private final boolean compacted;

  Topic(String shortName, boolean compacted) {
    this.shortName = shortName;
    this.compacted = compacted;
  }

  /** The Kafka topic, such as {@code fairlead.deployments}. */
  public String topicName() {
    return PREFIX + shortName;
  }

  /** The name without the prefix, as people type it: {@code deployments}. */
  public String shortName() {
    return shortName;
  }

  /** Whether the broker keeps the latest record of each key for ever. */
  public boolean compacted() {
    return compacted;
  }

  /** Where {@code service} puts records of this topic that it cannot read or handle. */
  public String deadLetters(String service) {
    return topicName() + "." + service + ".dead-letters";
  }
}
