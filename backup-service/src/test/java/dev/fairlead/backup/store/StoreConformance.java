package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.store.Store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every store keeps to. */
abstract class StoreConformance {

  private static final int PART = 5 * 1024 * 1024;

  abstract Store store();

  @Test
  void anUploadIsInvisibleUntilItIsComplete() throws IOException {
    Store store = store();
    byte[] first = random(PART);
    byte[] last = random(1_000);

    Upload upload = store.begin("a/b/c/object", PART);
    upload.part(first, first.length);
    upload.part(last, last.length);

    assertThat(store.open("a/b/c/object")).isEmpty();
    assertThat(store.list("")).isEmpty();
    assertThat(store.unfinished("a/b/")).hasSize(1);
    upload.complete();
    assertThat(content(store, "a/b/c/object")).startsWith(first).endsWith(last);
    assertThat(store.list("a/b/")).extracting(StoredObject::key).containsExactly("a/b/c/object");
    assertThat(store.list("a/b/").getFirst().sizeBytes()).isEqualTo(PART + 1_000L);
    assertThat(store.unfinished("")).isEmpty();
  }

  @Test
  void anAbortedUploadLeavesNothing() {
    Store store = store();
    Upload upload = store.begin("a/object", PART);
    upload.part(random(PART), PART);

    upload.abort();
    upload.abort();

    assertThat(store.list("")).isEmpty();
    assertThat(store.unfinished("")).isEmpty();
  }

  @Test
  void anUploadThatWasLeftBehindCanBeSwept() {
    Store store = store();
    store.begin("a/left", PART).part(random(PART), PART);

    store.unfinished("a/").forEach(store::abort);

    assertThat(store.unfinished("")).isEmpty();
    assertThat(store.open("a/left")).isEmpty();
  }

  @Test
  void anUploadIsAsYoungAsItsYoungestPart() {
    Store store = store();
    Upload upload = store.begin("a/slow", PART);
    Instant begun = store.unfinished("").getFirst().touchedAt();

    await()
        .pollDelay(Duration.ofMillis(1_100)) // some servers tell whole seconds
        .until(
            () -> {
              upload.part(random(PART), PART);
              return store.unfinished("").getFirst().touchedAt().isAfter(begun);
            });
    upload.abort();
  }

  @Test
  void ofSixteenWritersExactlyOneCreatesAnObject() throws Exception {
    Store store = store();
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int n = 0; n < 16; n++) {
      byte[] content = "writer %d".formatted(n).getBytes();
      writers.add(() -> store.createOnce("race/manifest.json", content));
    }

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Boolean> won = new ArrayList<>();
      for (Future<Boolean> future : threads.invokeAll(writers)) {
        won.add(future.get());
      }
      assertThat(won).containsOnlyOnce(true);
    }
    assertThat(new String(content(store, "race/manifest.json"))).startsWith("writer ");
  }

  @Test
  void anObjectThatIsReplacedIsNeverAwayMeanwhile() throws Exception {
    Store store = store();
    byte[] first = random(3_000);
    byte[] second = random(5_000);
    store.replace("a/manifest.json", first);
    AtomicBoolean replaced = new AtomicBoolean();
    CountDownLatch looked = new CountDownLatch(1);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> alwaysThere =
          threads.submit(
              () -> {
                boolean there;
                do {
                  there = isThere(store, "a/manifest.json");
                  looked.countDown();
                } while (there && !replaced.get());
                return there;
              });
      assertThat(looked.await(1, TimeUnit.MINUTES)).isTrue();
      for (int n = 0; n < 20; n++) {
        store.replace("a/manifest.json", n % 2 == 0 ? second : first);
      }
      replaced.set(true);
      assertThat(alwaysThere.get()).isTrue();
    }

    assertThat(content(store, "a/manifest.json")).isEqualTo(first);
    assertThat(store.list("")).hasSize(1);
    assertThat(store.unfinished("")).isEmpty();
  }

  private static boolean isThere(Store store, String key) {
    return store.list("a/").stream().anyMatch(object -> object.key().equals(key));
  }

  @Test
  void whatSaysWhichStoreItIsCanBeReadAndIsInNoListing() throws IOException {
    Store store = store();
    store.createOnce(Store.MARK, new byte[] {1});

    assertThat(content(store, Store.MARK)).containsExactly(1);
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void deletingIsRepeatable() {
    Store store = store();
    store.createOnce("a/b/object", new byte[] {1});

    store.delete("a/b/object");
    store.delete("a/b/object");

    assertThat(store.open("a/b/object")).isEmpty();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void listingIsLimitedToThePrefixAndComplete() {
    Store store = store();
    for (int n = 0; n < 30; n++) {
      store.createOnce("one/%d/manifest.json".formatted(n), new byte[n]);
    }
    store.createOnce("other/1/manifest.json", new byte[1]);

    assertThat(store.list("one/")).hasSize(30);
    assertThat(store.list("one/2")).hasSize(11);
    assertThat(store.list("none/")).isEmpty();
    assertThat(store.list("")).hasSize(31);
  }

  @Test
  void aProbeLeavesNothing() {
    Store store = store();

    store.probe();

    assertThat(store.list("")).isEmpty();
  }

  private static byte[] content(Store store, String key) throws IOException {
    try (InputStream stream = store.open(key).orElse(new ByteArrayInputStream(new byte[0]))) {
      return stream.readAllBytes();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
