package dev.fairlead.deployer.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.events.DatabaseId;
import org.jspecify.annotations.Nullable;

/**
 * A migration that the deployment is going to run.
 *
 * @param compatible whether the release before works with the schema after it; if not, undoing the
 *     deployment restores the database
 * @param sha256 of what the script runs, in hexadecimal: no other one is run. Absent in plans of
 *     earlier versions of Fairlead, whose hashes are those of plans without it
 */
public record PlannedMigration(
    DatabaseId database,
    String script,
    boolean compatible,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String sha256) {}
