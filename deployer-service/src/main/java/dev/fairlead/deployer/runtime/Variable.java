package dev.fairlead.deployer.runtime;

/**
 * The value of an environment variable of an instance. A secret one reaches the instance and
 * nothing else: no file, no log, no argument list.
 */
public record Variable(String value, boolean secret) {

  public static Variable plain(String value) {
    return new Variable(value, false);
  }

  public static Variable secret(String value) {
    return new Variable(value, true);
  }

  /** The value for people: a secret one is masked. */
  @Override
  public String toString() {
    return secret ? "****" : value;
  }
}
