package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.KeyFile;
import dev.fairlead.backup.archive.StatementKey;
import org.springframework.stereotype.Component;

/** The key this service signs with; made once, beside its other keys. */
@Component
public class StatementKeys {

  private final KeyFile file;

  StatementKeys(BackupSettings settings) {
    this.file = new KeyFile(settings.drill().statementKey());
  }

  /** Read anew each time: a key can be replaced without a restart. */
  public StatementKey key() {
    return StatementKey.parse(file.read(StatementKey::generate));
  }
}
