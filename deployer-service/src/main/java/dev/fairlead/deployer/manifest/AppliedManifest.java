package dev.fairlead.deployer.manifest;

import dev.fairlead.events.ApplicationName;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A manifest as somebody applied it.
 *
 * @param directory absolute; where relative paths in the manifest begin
 */
public record AppliedManifest(
    ApplicationName application, String yaml, Path directory, Instant appliedAt) {}
