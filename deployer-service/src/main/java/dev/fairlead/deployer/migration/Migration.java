package dev.fairlead.deployer.migration;

/**
 * One migration that a release brings.
 *
 * @param version Flyway's, such as 2 or 2.1
 * @param script file name, such as {@code V2__add_customer.sql}
 * @param fingerprint the SHA-256 of what it runs, in hexadecimal
 */
public record Migration(
    String version,
    String description,
    String script,
    Compatibility compatibility,
    String fingerprint) {

  /** Whether the previous release still works after it; declared in the script's first line. */
  public enum Compatibility {
    /** {@code -- fairlead: compatible}: code can be rolled back alone. */
    COMPATIBLE,
    /** {@code -- fairlead: incompatible}: a rollback restores the database. */
    INCOMPATIBLE,
    /** No such line: treated as incompatible, with a warning. */
    UNDECLARED
  }

  public boolean compatible() {
    return compatibility == Compatibility.COMPATIBLE;
  }
}
