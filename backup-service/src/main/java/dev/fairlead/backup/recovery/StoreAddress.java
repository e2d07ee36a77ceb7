package dev.fairlead.backup.recovery;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Bucket;
import dev.fairlead.backup.store.S3Credentials;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.store.Store;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where backups are: a folder, or a bucket reached with the variables that S3 clients share ({@code
 * AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}, {@code AWS_REGION},
 * {@code AWS_ENDPOINT_URL}).
 */
record StoreAddress(String from, Map<String, String> environment) {

  private static final String S3 = "s3://";

  static StoreAddress of(String from, Map<String, String> environment) {
    return new StoreAddress(from, environment);
  }

  /**
   * @throws IllegalArgumentException when it is no folder and no bucket, or a variable is missing
   */
  Store open() {
    return from.startsWith(S3) ? bucket() : folder();
  }

  private Store folder() {
    Path folder = Path.of(from);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s is no folder; expected the folder of a backup store, or s3://bucket/prefix"
              .formatted(from));
    }
    return new DiskStore("folder", folder);
  }

  private Store bucket() {
    String[] parts = from.substring(S3.length()).split("/", 2);
    String region = Objects.requireNonNullElse(environment.get("AWS_REGION"), "us-east-1");
    String endpoint =
        Optional.ofNullable(environment.get("AWS_ENDPOINT_URL"))
            .orElse("https://s3.%s.amazonaws.com".formatted(region));
    String secret = required("AWS_SECRET_ACCESS_KEY");
    String token = environment.get("AWS_SESSION_TOKEN");
    return S3Store.of(
        "s3",
        new S3Bucket(URI.create(endpoint), region, parts[0], parts.length > 1 ? parts[1] : ""),
        new S3Credentials(
            required("AWS_ACCESS_KEY_ID"),
            () -> secret,
            token == null || token.isEmpty() ? null : token));
  }

  private String required(String variable) {
    String value = environment.get(variable);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "the environment variable %s is not set; a bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN where they are temporary, and AWS_ENDPOINT_URL unless it is at AWS"
              .formatted(variable));
    }
    return value;
  }
}
