package dev.fairlead.backup.store;

import java.util.function.Supplier;

/**
 * Who asks. The secret is fetched anew for every request, so a rotated one takes effect at once.
 */
public record S3Credentials(String accessKey, Supplier<String> secretKey) {

  @Override
  public String toString() {
    return "S3Credentials[%s, ****]".formatted(accessKey);
  }
}
