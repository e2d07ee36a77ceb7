package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A real store, of which a test changes what it is about. */
public class DelegatingStore implements Store {

  private final Store real;

  public DelegatingStore(Store real) {
    this.real = real;
  }

  /** Where a key, or what begins like it, is to be found. */
  protected Store storeOf(String key) {
    return real;
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
    return storeOf(key).begin(key, partBytes);
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    return storeOf(key).createOnce(key, content);
  }

  @Override
  public void replace(String key, byte[] content) {
    storeOf(key).replace(key, content);
  }

  @Override
  public Optional<InputStream> open(String key) {
    return storeOf(key).open(key);
  }

  @Override
  public void delete(String key) {
    storeOf(key).delete(key);
  }

  @Override
  public List<StoredObject> list(String prefix) {
    return storeOf(prefix).list(prefix);
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    return storeOf(prefix).unfinished(prefix);
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    storeOf(upload.key()).abort(upload);
  }

  @Override
  public void probe() {
    real.probe();
  }
}
