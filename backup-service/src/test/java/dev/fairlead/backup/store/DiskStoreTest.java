package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends StoreConformance {

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
}
