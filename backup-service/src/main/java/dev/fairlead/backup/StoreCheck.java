package dev.fairlead.backup;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Tries every store at start, so that a wrong key is found now and not at two in the night. The
 * service starts all the same: another store may do, and this one may come back.
 */
@Component
class StoreCheck {

  private static final Logger log = LoggerFactory.getLogger(StoreCheck.class);

  private final Stores stores;

  StoreCheck(Stores stores) {
    this.stores = stores;
  }

  @EventListener(ApplicationReadyEvent.class)
  void tryAll() {
    Thread.ofVirtual().name("store-check").start(() -> stores.all().forEach(StoreCheck::tryOne));
  }

  private static void tryOne(Store store) {
    try {
      store.probe();
      log.info("store={} works", store.name());
    } catch (BackupFailure e) {
      log.warn("store={} next=tried-again-at-each-backup {}", store.name(), e.sentence());
    }
  }
}
