package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A real store that behaves otherwise for single backups: a test plans how. */
public final class PlannedStore extends DelegatingStore {

  private final Store real;
  private final Map<BackupId, Store> plans = new ConcurrentHashMap<>();

  public PlannedStore(Store real) {
    super(real);
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
  @Override
  protected Store storeOf(String key) {
    return plans.entrySet().stream()
        .filter(plan -> key.contains(plan.getKey().toString()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(real);
  }
}
