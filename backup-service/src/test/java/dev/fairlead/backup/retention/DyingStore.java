package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A real store. At the n-th moment before or after one of its calls whoever uses it is gone, as by
 * SIGKILL: nothing of it is done any more.
 */
final class DyingStore implements Store {

  /** Nobody catches it. */
  static final class Killed extends Error {

    private static final long serialVersionUID = 1;
  }

  private final Store real;
  private int moments;

  /**
   * @param moment from 1
   */
  DyingStore(Store real, int moment) {
    this.real = real;
    this.moments = moment;
  }

  private <T> T called(Supplier<T> call) {
    assertThat(TransactionSynchronizationManager.isActualTransactionActive())
        .as("a store is asked while a transaction is open")
        .isFalse();
    pass();
    T result = call.get();
    pass();
    return result;
  }

  private void pass() {
    moments--;
    if (moments == 0) {
      throw new Killed();
    }
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public String location(String key) {
    return real.location(key);
  }

  @Override
  public Upload begin(String key, int partBytes) {
    return called(() -> real.begin(key, partBytes));
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    return called(() -> real.createOnce(key, content));
  }

  @Override
  public Optional<InputStream> open(String key) {
    return called(() -> real.open(key));
  }

  @Override
  public void delete(String key) {
    called(
        () -> {
          real.delete(key);
          return key;
        });
  }

  @Override
  public List<StoredObject> list(String prefix) {
    return called(() -> real.list(prefix));
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    return called(() -> real.unfinished(prefix));
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    called(
        () -> {
          real.abort(upload);
          return upload;
        });
  }

  @Override
  public void probe() {
    real.probe();
  }
}
