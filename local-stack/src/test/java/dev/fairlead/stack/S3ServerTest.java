package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3ServerTest {

  @TempDir Path folder;

  @Test
  void keepsObjectsAcrossRestarts() {
    int port = Ports.free();
    try (S3Server server = S3Server.start(folder, port);
        S3Client client = client(server.endpoint(), server.credentials())) {
      server.createBucket("backups");
      client.putObject(put -> put.bucket("backups").key("a/b.txt"), RequestBody.fromString("kept"));
    }
    try (S3Server again = S3Server.start(folder, port);
        S3Client client = client(again.endpoint(), again.credentials())) {
      assertThat(
              client.getObjectAsBytes(get -> get.bucket("backups").key("a/b.txt")).asUtf8String())
          .isEqualTo("kept");
    }
  }

  @Test
  void takesUploadsInParts() {
    byte[] part = new byte[5 << 20];
    try (S3Server server = S3Server.start(folder, Ports.free());
        S3Client client = client(server.endpoint(), server.credentials())) {
      server.createBucket("backups");
      String upload = client.createMultipartUpload(c -> c.bucket("backups").key("big")).uploadId();
      List<CompletedPart> parts =
          List.of(upload(client, upload, 1, part), upload(client, upload, 2, new byte[] {1, 2, 3}));
      client.completeMultipartUpload(
          c ->
              c.bucket("backups").key("big").uploadId(upload).multipartUpload(m -> m.parts(parts)));
      assertThat(client.headObject(h -> h.bucket("backups").key("big")).contentLength())
          .isEqualTo(part.length + 3L);
    }
  }

  @Test
  void writesOnceWhenAskedTo() {
    try (S3Server server = S3Server.start(folder, Ports.free());
        S3Client client = client(server.endpoint(), server.credentials())) {
      server.createBucket("backups");
      client.putObject(
          p -> p.bucket("backups").key("manifest").ifNoneMatch("*"), RequestBody.fromString("1"));
      assertThatThrownBy(
              () ->
                  client.putObject(
                      p -> p.bucket("backups").key("manifest").ifNoneMatch("*"),
                      RequestBody.fromString("2")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
    }
  }

  @Test
  void refusesAWrongSignature() {
    try (S3Server server = S3Server.start(folder, Ports.free());
        S3Client client =
            client(server.endpoint(), new S3Server.Credentials("fairlead-test", "guessed"))) {
      assertThatThrownBy(client::listBuckets)
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  private static CompletedPart upload(S3Client client, String upload, int number, byte[] bytes) {
    String tag =
        client
            .uploadPart(
                u -> u.bucket("backups").key("big").uploadId(upload).partNumber(number),
                RequestBody.fromBytes(bytes))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private static S3Client client(URI endpoint, S3Server.Credentials credentials) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.of(S3Server.REGION))
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())))
        .build();
  }
}
