package dev.fairlead.backup.store;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asks. The secret is fetched anew for every request, so a rotated one takes effect at once.
 *
 * @param sessionToken of credentials that hold for some hours only; absent with lasting ones
 */
public record S3Credentials(
    String accessKey, Supplier<String> secretKey, @Nullable String sessionToken) {

  public S3Credentials(String accessKey, Supplier<String> secretKey) {
    this(accessKey, secretKey, null);
  }

  @Override
  public String toString() {
    return "S3Credentials[%s, ****]".formatted(accessKey);
  }
}
