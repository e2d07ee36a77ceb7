package dev.fairlead.backup.testing;

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
public final class DyingStore extends DelegatingStore {

  /** Nobody catches it. */
  public static final class Killed extends Error {

    private static final long serialVersionUID = 1;
  }

  private int moments;

  /**
   * @param moment from 1
   */
  public DyingStore(Store real, int moment) {
    super(real);
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

  private void called(Runnable call) {
    called(
        () -> {
          call.run();
          return call;
        });
  }

  private void pass() {
    moments--;
    if (moments == 0) {
      throw new Killed();
    }
  }

  @Override
  public Upload begin(String key, int partBytes) {
    Upload upload = called(() -> super.begin(key, partBytes));
    return new Upload() {
      @Override
      public void part(byte[] part, int length) {
        called(() -> upload.part(part, length));
      }

      @Override
      public void complete() {
        called(upload::complete);
      }

      /** Not after its user has died. */
      @Override
      public void abort() {
        if (moments > 0) {
          upload.abort();
        }
      }
    };
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    return called(() -> super.createOnce(key, content));
  }

  /** Step by step, so that its user can die between them. */
  @Override
  public void replace(String key, byte[] content) {
    Upload upload = begin(key, content.length);
    upload.part(content, content.length);
    upload.complete();
  }

  @Override
  public Optional<InputStream> open(String key) {
    return called(() -> super.open(key));
  }

  @Override
  public void delete(String key) {
    called(() -> super.delete(key));
  }

  @Override
  public List<StoredObject> list(String prefix) {
    return called(() -> super.list(prefix));
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    return called(() -> super.unfinished(prefix));
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    called(() -> super.abort(upload));
  }
}
