package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.removal.RemovalUnderWay;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("Of two services on one catalogue")
class TwoRoundsTest {

  private static final int UPPER_HALF_OF_KEY = 0x0072_656d;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "one at a time runs a round: what it is about to delete is not taken up by the other, and who"
          + " has lost its right deletes no more")
  void oneAtATime() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("tworounds", folder);
    try (RunningService service = three.started();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      three.reset(service);
      HaltingStore halting = new HaltingStore(three.disk());
      RetentionRounds other = ThreeBackups.rounds(service, three.disk());
      RetentionRounds one = ThreeBackups.rounds(service, halting);
      Future<?> first = threads.submit(() -> one.expire());
      await().atMost(Duration.ofMinutes(1)).until(halting::isHalted);

      assertThatThrownBy(other::resume).isInstanceOf(RemovalUnderWay.class);
      assertThatThrownBy(other::expire).isInstanceOf(RemovalUnderWay.class);
      assertThat(service.bean(LeavingCopies.class).all())
          .as("none of them counts again")
          .hasSize(2);
      endTheRightOf(service);
      halting.goOn();

      assertThatThrownBy(first::get).hasCauseInstanceOf(RemovalUnderWay.class);
      assertThat(three.manifests())
          .as("what was begun is ended, and nothing else is begun")
          .extracting(Manifest::backup)
          .containsExactlyInAnyOrder(three.made().get(1).backup(), three.made().get(2).backup());
      other.expire();
      three.requireOnlyNewest(service);
    }
  }

  /** As a server that is started again does. */
  private static void endTheRightOf(RunningService service) {
    service
        .bean(JdbcClient.class)
        .sql(
            """
            select pg_terminate_backend(pid) from pg_locks
             where locktype = 'advisory' and classid = ? and granted
               and database = (select oid from pg_database where datname = current_database())
            """)
        .param(UPPER_HALF_OF_KEY)
        .query()
        .listOfRows();
  }

  /** Halts before it deletes anything. */
  private static final class HaltingStore extends DelegatingStore {

    private final CountDownLatch halted = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    HaltingStore(Store real) {
      super(real);
    }

    boolean isHalted() {
      return halted.getCount() == 0;
    }

    void goOn() {
      goOn.countDown();
    }

    @Override
    public void delete(String key) {
      halted.countDown();
      try {
        assertThat(goOn.await(1, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      super.delete(key);
    }
  }
}
