package dev.fairlead.backup.database;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.BackupSettings.RestoreAs;
import dev.fairlead.backup.container.ContainerDatabases;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.SecretNotFound;
import dev.fairlead.service.secret.Secrets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Turns what a manifest says into a way in, fetching the password at the last moment. */
@Component
public class DatabaseLogin {

  private final Secrets secrets;
  private final ContainerDatabases containers;
  private final @Nullable RestoreAs restoreAs;

  DatabaseLogin(Secrets secrets, ContainerDatabases containers, BackupSettings settings) {
    this.secrets = secrets;
    this.containers = containers;
    this.restoreAs = settings.restoreAs();
  }

  public DatabaseAccess forBackup(KnownDatabase database) {
    return access(database, database.username(), database.password());
  }

  public DatabaseAccess forRestore(KnownDatabase database) {
    return restoreAs == null
        ? forBackup(database)
        : access(database, restoreAs.username(), restoreAs.password());
  }

  private String host(KnownDatabase database) {
    return database.host().startsWith(ContainerDatabases.PREFIX)
        ? containers.host(database.host(), database.port())
        : database.host();
  }

  private DatabaseAccess access(
      KnownDatabase database, String username, @Nullable SecretReference password) {
    try {
      return new DatabaseAccess(
          host(database),
          database.port(),
          database.name(),
          username,
          password == null ? null : secrets.resolve(password).reveal(),
          database.host());
    } catch (SecretNotFound e) {
      throw new BackupFailure(
          BackupFailureReason.AUTHENTICATION_FAILED,
          "the password of %s for %s is not there: %s"
              .formatted(username, database.id(), e.getMessage()),
          "let backup-service read that secret, or correct the reference in the manifest",
          e);
    }
  }
}
