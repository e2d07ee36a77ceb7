package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/**
 * An S3 API (S3Proxy) whose buckets are folders: signed requests, multipart, conditional writes.
 */
public final class S3Server implements AutoCloseable {

  /** The region to sign for; the server takes any. */
  public static final String REGION = "us-east-1";

  /** What a client signs its requests with. */
  public record Credentials(String accessKey, String secretKey) {

    @Override
    public String toString() {
      return accessKey + ":****";
    }
  }

  private final S3Proxy proxy;
  private final BlobStore buckets;
  private final int port;
  private final Credentials credentials;

  private S3Server(S3Proxy proxy, BlobStore buckets, int port, Credentials credentials) {
    this.proxy = proxy;
    this.buckets = buckets;
    this.port = port;
    this.credentials = credentials;
  }

  /** Starts a server for tests. */
  public static S3Server start(Path folder, int port) {
    return start(folder, port, new Credentials("fairlead-test", "fairlead-test-secret"));
  }

  /**
   * Serves the buckets in {@code folder}, which is created when missing.
   *
   * @throws NeighbourFailed when the port is taken
   */
  public static S3Server start(Path folder, int port, Credentials credentials) {
    Ports.requireFree(port, "the S3 API");
    BlobStore buckets = open(folder);
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(buckets)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4, credentials.accessKey(), credentials.secretKey())
            // Headers of newer SDKs (checksum trailers, encryption wishes) are not errors.
            .ignoreUnknownHeaders(true)
            .jettyMaxThreads(24)
            .build();
    try {
      proxy.start();
    } catch (Exception e) {
      buckets.close();
      throw new NeighbourFailed(
          "the S3 API did not start on port " + port + ": " + e.getMessage(), e);
    }
    return new S3Server(proxy, buckets, port, credentials);
  }

  private static BlobStore open(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
    Properties settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", folder.toAbsolutePath().toString());
    return BlobStores.create("filesystem-nio2", settings);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public Credentials credentials() {
    return credentials;
  }

  /** Creates the bucket unless it exists. */
  public void createBucket(String name) {
    if (!buckets.containerExists(name)) {
      buckets.createContainer(name);
    }
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new NeighbourFailed("the S3 API did not stop: " + e.getMessage(), e);
    } finally {
      buckets.close();
    }
  }
}
