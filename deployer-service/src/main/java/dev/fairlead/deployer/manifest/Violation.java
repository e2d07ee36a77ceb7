package dev.fairlead.deployer.manifest;

/**
 * One thing wrong in a manifest.
 *
 * @param path the key, as in {@code environments.staging.health.interval}
 * @param line in the manifest, from 1
 * @param message what was found and what is expected
 */
public record Violation(String path, int line, String message) {

  @Override
  public String toString() {
    return "line %d: %s: %s".formatted(line, path.isEmpty() ? "manifest" : path, message);
  }
}
