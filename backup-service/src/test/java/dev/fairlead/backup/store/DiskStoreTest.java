package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends StoreConformance {

  private static final int WRITERS = 4;
  private static final int TIMES = 100;

  @TempDir Path folder;

  @Override
  Store store() {
    return new DiskStore("disk", folder.resolve("store"));
  }

  @Test
  void aKeyCannotLeaveTheFolder() {
    assertThatThrownBy(() -> store().delete("../elsewhere"))
        .hasMessage("key '../elsewhere' leaves the store");
  }

  @Test
  void deletingTheLastObjectRemovesItsFolders() {
    Store store = store();
    store.createOnce("a/b/c/object", new byte[1]);

    store.delete("a/b/c/object");

    assertThat(folder.resolve("store/a")).doesNotExist();
  }

  @Test
  void writersAndSweepersThatMeetInOneFolderDoNotHinderEachOtherAndLeaveNoFolders()
      throws Exception {
    Store store = store();
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> done = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String key = "a/b/object-" + writer;
        done.add(writers.submit(() -> comeAndGo(store, key)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }

    assertThat(folder.resolve("store")).isEmptyDirectory();
  }

  private static void comeAndGo(Store store, String key) {
    for (int time = 0; time < TIMES; time++) {
      assertThat(store.createOnce(key, new byte[1])).isTrue();
      store.delete(key);
      Upload whole = store.begin(key, 1);
      whole.part(new byte[1], 1);
      whole.complete();
      store.delete(key);
      store.begin(key, 1).abort();
    }
  }
}
