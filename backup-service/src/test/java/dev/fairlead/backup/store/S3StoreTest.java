package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.stack.Ports;
import java.net.URI;
import org.junit.jupiter.api.Test;

class S3StoreTest extends StoreConformance {

  @Override
  Store store() {
    return Buckets.store();
  }

  @Test
  void whatTheServerLacksIsNoFailure() {
    S3Bucket bucket =
        new S3Bucket(Buckets.server().endpoint(), "us-east-1", Buckets.fresh(), "backups");
    S3Credentials credentials =
        new S3Credentials(
            Buckets.server().credentials().accessKey(),
            () -> Buckets.server().credentials().secretKey());

    assertThat(
            S3Capabilities.probe(S3Clients.create(bucket, credentials), bucket, "backups/.probe/1"))
        .as("S3Proxy answers 501 to lifecycle rules, and ignores wishes for encryption")
        .isEqualTo(new S3Capabilities(true, false, false));
  }

  @Test
  void aWrongSecretKeySaysWhatToCheck() {
    Store store = Buckets.store(Buckets.server().endpoint(), Buckets.fresh(), "wrong");

    assertThatThrownBy(store::probe)
        .hasMessageContaining("HTTP 403")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void aServerThatIsAwayIsNamed() {
    URI nowhere = URI.create("http://127.0.0.1:" + Ports.free());

    assertThatThrownBy(Buckets.store(nowhere, "any", "any")::probe)
        .hasMessageContaining(nowhere.toString());
  }
}
