package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.store.Store.StoredObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void aFolderThatIsALinkIsListedAsWhatIsBehindIt() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Store store = new DiskStore("disk", Files.createSymbolicLink(folder.resolve("link"), disk));
    store.createOnce("a/b/c/object", new byte[1]);
    store.begin("a/b/c/other", 1);

    assertThat(store.list("")).extracting(StoredObject::key).containsExactly("a/b/c/object");
    store.unfinished("a/").forEach(store::abort);

    assertThat(store.unfinished("")).isEmpty();
    assertThat(disk.resolve(".unfinished")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost+found", ".Trash-1000", ".snapshots", "System Volume Information"})
  void ofAnotherFolderInTheRootThatNobodyMayReadNothingIsMissing(String name) throws Exception {
    assertThat(failed(Path.of(name))).isEqualTo(FileVisitResult.CONTINUE);
    assertThatThrownBy(() -> failed(Path.of("orders", name)))
        .isInstanceOf(AccessDeniedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "o2-x", ".files", ".unfinished", ".quarantine", ".probe", ""})
  void ofOneThatMayHoldBackupsNobodyKnowsWhatIsMissing(String name) {
    assertThatThrownBy(() -> failed(Path.of(name))).isInstanceOf(AccessDeniedException.class);
  }

  /** Tests run as root, whom no folder refuses. */
  private static FileVisitResult failed(Path inStore) throws IOException {
    Path root = Path.of("/mnt/backup");
    Path file = root.resolve(inStore).normalize();
    return new DiskWalk(root, (key, attributes) -> {})
        .visitFileFailed(file, new AccessDeniedException(file.toString()));
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
