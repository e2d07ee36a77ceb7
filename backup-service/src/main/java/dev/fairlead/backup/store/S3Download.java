package dev.fairlead.backup.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object as a stream that outlives its connection: where that breaks, the rest is asked for. So
 * hours of reading are not lost for one reset.
 */
final class S3Download extends InputStream {

  private final S3Client client;
  private final GetObjectRequest rest;
  private final long length;
  private final int attempts;
  private ResponseInputStream<GetObjectResponse> connection;
  private long position;
  private int failures;

  private S3Download(
      S3Client client,
      GetObjectRequest request,
      ResponseInputStream<GetObjectResponse> connection,
      int attempts) {
    this.client = client;
    // Another object may have taken its place meanwhile.
    this.rest = request.toBuilder().ifMatch(connection.response().eTag()).build();
    this.length = connection.response().contentLength();
    this.connection = connection;
    this.attempts = attempts;
  }

  /**
   * @param attempts so many connections in a row may bring nothing before it is given up
   * @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException when there is none
   */
  static S3Download begin(S3Client client, String bucket, String key, int attempts) {
    GetObjectRequest request = GetObjectRequest.builder().bucket(bucket).key(key).build();
    return new S3Download(client, request, client.getObject(request), attempts);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    while (true) {
      try {
        int read = connection.read(target, offset, count);
        if (read < 0 && position < length) {
          throw new EOFException("it ended after %d of %d bytes".formatted(position, length));
        }
        position += Math.max(read, 0);
        failures = 0;
        return read;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private void resume(IOException cause) throws IOException {
    failures++;
    if (failures >= attempts || position >= length) {
      throw cause;
    }
    connection.abort();
    try {
      connection =
          client.getObject(rest.toBuilder().range("bytes=%d-".formatted(position)).build());
    } catch (SdkException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
