package dev.fairlead.deployer.gate;

/** What a failed check means. */
public enum Grade {
  /** The deployment stops before it has changed anything. */
  MUST,
  /** It goes on; the report says so. */
  SHOULD,
  NICE_TO_HAVE
}
