package dev.fairlead.backup.database;

import dev.fairlead.backup.BackupSettings;
import java.util.List;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DatabaseController {

  private final Databases databases;
  private final BackupSettings settings;

  DatabaseController(Databases databases, BackupSettings settings) {
    this.databases = databases;
    this.settings = settings;
  }

  @GetMapping("/databases")
  List<DatabaseView> list() {
    return databases.all().stream().map(this::view).toList();
  }

  private DatabaseView view(KnownDatabase database) {
    return new DatabaseView(
        database.id().toString(),
        database.host(),
        database.port(),
        database.name(),
        database.username(),
        Objects.requireNonNullElse(database.schedule(), settings.schedule()),
        database.removed());
  }

  record DatabaseView(
      String database,
      String host,
      int port,
      String name,
      String username,
      String schedule,
      boolean removed) {}
}
