package dev.fairlead.backup.database;

import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.SecretReference;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database that a manifest named.
 *
 * @param name of the database on its server
 * @param schedule a cron expression of its own, else the service's
 * @param drill how often its backups are drilled, else the service's policy
 * @param removed whether its application is gone; then it is no longer due, but can be restored
 * @param scheduledThrough nothing is due that was due before
 * @param files absolute paths that belong to it and are archived with it
 * @param warm whether its latest drilled backup is kept restored, else the service's default
 * @param minimumRows a backup with fewer is refused; any number will do when absent
 */
public record KnownDatabase(
    DatabaseId id,
    String host,
    int port,
    String name,
    String username,
    @Nullable SecretReference password,
    @Nullable String schedule,
    @Nullable Integer keepDays,
    @Nullable DrillPolicy drill,
    boolean removed,
    Instant scheduledThrough,
    List<String> files,
    @Nullable Boolean warm,
    @Nullable Integer minimumRows) {}
