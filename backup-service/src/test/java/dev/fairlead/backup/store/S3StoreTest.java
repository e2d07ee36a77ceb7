package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.FaultyNetwork;
import dev.fairlead.backup.testing.FaultyRequests;
import dev.fairlead.backup.testing.FaultyRequests.Fault;
import dev.fairlead.backup.testing.FaultyRequests.Plan;
import dev.fairlead.backup.testing.FaultyRequests.Times;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.InSecondLane;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@InSecondLane
class S3StoreTest extends StoreConformance {

  private static final S3Patience HURRY =
      new S3Patience(Duration.ofMillis(300), 50_000_000, 2, Duration.ofMillis(10));

  /** More than all buffers on its way hold. */
  private static final int LARGE = 24 * 1024 * 1024;

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

  @Test
  void aServerThatIsAwayAtFirstIsAskedWhatItCanDoOnceItIsThere() throws IOException {
    try (FaultyNetwork network =
        FaultyNetwork.before(Buckets.server().endpoint(), FaultyNetwork.Fault.ERROR_500, 0)) {
      Store store = Buckets.store(network.endpoint(), HURRY);
      assertThatThrownBy(store::probe).isInstanceOf(BackupFailure.class);
      assertThatThrownBy(() -> store.createOnce("key", new byte[1]))
          .isInstanceOf(BackupFailure.class);

      network.heal();

      assertThat(store.createOnce("key", new byte[1])).isTrue();
      assertThat(store.createOnce("key", new byte[2])).as("it is taken").isFalse();
    }
  }

  @Test
  void afterAnOutageAServerIsAskedAgainSinceItMayBeAnother() throws IOException {
    BackupId lost = BackupId.random();
    try (FaultyRequests network = FaultyRequests.before(Buckets.server().endpoint())) {
      Store store = Buckets.store(network.endpoint(), HURRY);
      store.createOnce("one", new byte[1]);
      store.createOnce("two", new byte[1]);
      assertThat(network.ids()).as("probes").hasSize(1);

      network.plan(lost, new Plan(1, Fault.ERROR_500, Times.EACH_TIME));
      assertThatThrownBy(() -> store.createOnce("a/b/c/" + lost, new byte[1]))
          .isInstanceOf(BackupFailure.class);
      store.createOnce("three", new byte[1]);

      assertThat(network.ids()).as("two probes and the lost one").hasSize(3);
    }
  }

  /** No time limit of a socket ends a write: what is sent stays in buffers that are full. */
  @Test
  @Timeout(60)
  void aServerThatTakesNothingMoreIsGivenUp() throws Exception {
    BackupId backup = BackupId.random();
    try (FaultyRequests network = FaultyRequests.before(Buckets.server().endpoint())) {
      network.plan(backup, new Plan(2, Fault.STALL, Times.EACH_TIME));
      Upload upload = Buckets.store(network.endpoint(), HURRY).begin("a/b/c/" + backup, 0);

      Runnable send = () -> upload.part(new byte[LARGE], LARGE);

      assertThatThrownBy(send::run)
          .isInstanceOf(BackupFailure.class)
          .hasMessageContaining(network.endpoint().toString());
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThatThrownBy(threads.submit(send)::get).hasCauseInstanceOf(BackupFailure.class);
      }
    }
  }
}
