package dev.fairlead.backup.store;

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
