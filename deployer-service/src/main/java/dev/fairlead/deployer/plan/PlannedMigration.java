package dev.fairlead.deployer.plan;

import dev.fairlead.events.DatabaseId;

/**
 * A migration that the deployment is going to run.
 *
 * @param compatible whether the release before works with the schema after it; if not, undoing the
 *     deployment restores the database
 */
public record PlannedMigration(DatabaseId database, String script, boolean compatible) {}
