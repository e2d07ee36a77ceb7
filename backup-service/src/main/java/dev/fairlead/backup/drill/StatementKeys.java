package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.KeyFile;
import org.springframework.stereotype.Component;

/** The key this service signs with; made once, beside its other keys. */
@Component
class StatementKeys {

  private final KeyFile file;

  StatementKeys(BackupSettings settings) {
    this.file = new KeyFile(settings.drill().statementKey());
  }

  /** Read anew each time: a key can be replaced without a restart. */
  StatementKey key() {
    return StatementKey.parse(file.read(StatementKey::generate));
  }
}
