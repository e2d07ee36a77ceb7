package dev.fairlead.deployer.release;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.migration.DatabaseAccess;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;

/** From what a manifest says of a database to a way in. */
public final class Databases {

  private final Secrets secrets;

  public Databases(Secrets secrets) {
    this.secrets = secrets;
  }

  public DatabaseAccess access(Database database) {
    SecretReference password = database.password();
    return new DatabaseAccess(
        database.jdbcUrl(),
        database.username(),
        () -> password == null ? "" : secrets.resolve(password).reveal());
  }
}
