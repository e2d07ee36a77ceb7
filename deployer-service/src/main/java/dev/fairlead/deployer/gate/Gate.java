package dev.fairlead.deployer.gate;

/** The seven questions of the preflight. */
public enum Gate {
  /** Is it the artifact that was meant? */
  CODE,
  /** Was it tested? */
  TESTS,
  /** Do people know what it is and why? */
  DOCS,
  /** Is the data safe? */
  DATABASE,
  /** Is there a place to run it? */
  INFRASTRUCTURE,
  /** Are secrets kept? */
  SECURITY,
  /** Is this a good moment? */
  OPERATIONAL
}
