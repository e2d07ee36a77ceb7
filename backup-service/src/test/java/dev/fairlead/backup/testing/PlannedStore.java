package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Upload;
import dev.fairlead.events.BackupId;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A real store that behaves otherwise for single backups: a test plans how. */
public final class PlannedStore implements Store {

  private final Store real;
  private final Map<BackupId, Store> plans = new ConcurrentHashMap<>();

  public PlannedStore(Store real) {
    this.real = real;
  }

  /**
   * From now on all that concerns this backup goes to another store.
   *
   * @param behaviour makes it of the real one
   */
  public void plan(BackupId backup, UnaryOperator<Store> behaviour) {
    plans.put(backup, behaviour.apply(real));
  }

  /** The keys of a backup name it. */
  private Store storeOf(String key) {
    return plans.entrySet().stream()
        .filter(plan -> key.contains(plan.getKey().toString()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(real);
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
