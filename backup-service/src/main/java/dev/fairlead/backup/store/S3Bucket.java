package dev.fairlead.backup.store;

import java.net.URI;

/**
 * Where on which server.
 *
 * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com} or {@code
 *     http://localhost:7190}
 * @param prefix put before every key; empty, or ending with a slash
 */
public record S3Bucket(URI endpoint, String region, String name, String prefix) {

  public S3Bucket {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      prefix = prefix + "/";
    }
  }

  String keyOf(String key) {
    return prefix + key;
  }

  String withoutPrefix(String fullKey) {
    return fullKey.substring(prefix.length());
  }
}
