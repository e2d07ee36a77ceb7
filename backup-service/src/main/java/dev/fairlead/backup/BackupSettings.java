package dev.fairlead.backup;

import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.SecretReference;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * All settings of this service, below {@code fairlead.backup}.
 *
 * @param schedule of databases whose manifest names none: a Spring cron expression in UTC, or in
 *     the time zone that follows it
 * @param scheduleSpread each database is due later by a share of this that is its own
 * @param scheduledAtOnce how many of those that the schedule asks for are made at a time
 * @param timeLimit for one dump
 * @param compressionLevel of zstd, 1 to 19; less is taken while the compressor is the slowest
 * @param compressionThreads besides the one that reads
 * @param partSize what is sent to a store at once, and held in memory twice; 5 MB or more for S3
 * @param contentHashes whether every row is hashed in the snapshot of the dump
 * @param postgresPrograms the folder with pg_dump and pg_restore; searched for when absent
 * @param recipients age public keys, all of which can open every backup
 * @param identity where the age private keys for restores are
 * @param identityFile where a key pair is made when neither recipients nor identity are given
 * @param restoreAs the role that creates and renames databases; the manifest's when absent
 * @param keepReplaced after which time a database that a restore replaced is dropped; never when
 *     absent
 * @param keepExpired how long the manifest of a backup stays in the catalogue after its last copy
 *     is gone
 * @param drill how backups are proved
 * @param warm which drilled backups are kept restored
 * @param recoveryDrill how often a database is recovered from a store alone
 * @param scrub how stored copies are read again
 * @param tunnels the folder for the sockets that lead into containers
 * @param abandonedAfter what is in a store, belongs to no backup we know and was not written to for
 *     so long is swept; other services may share the store
 * @param disk the store on a local disk; none when absent
 * @param s3 the store behind an S3 API; none when absent
 */
@Validated
@ConfigurationProperties("fairlead.backup")
public record BackupSettings(
    @NotBlank String schedule,
    @DefaultValue("0s") Duration scheduleSpread,
    @DefaultValue("3") @Min(1) @Max(100) int scheduledAtOnce,
    @NotNull Duration timeLimit,
    @Min(1) @Max(19) int compressionLevel,
    @Min(0) @Max(64) int compressionThreads,
    @NotNull DataSize partSize,
    boolean contentHashes,
    @Nullable Path postgresPrograms,
    @DefaultValue List<String> recipients,
    @Nullable SecretReference identity,
    @NotNull Path identityFile,
    @Valid @Nullable RestoreAs restoreAs,
    @Nullable Duration keepReplaced,
    @DefaultValue("400d") @NotNull @DurationMin(days = 1) Duration keepExpired,
    @Valid @NotNull Drill drill,
    @DefaultValue @Valid Warm warm,
    @DefaultValue @Valid RecoveryDrill recoveryDrill,
    @DefaultValue @Valid Scrub scrub,
    @DefaultValue(".fairlead/backup/tunnels") Path tunnels,
    @DefaultValue("24h") @DurationMin(hours = 1) Duration abandonedAfter,
    @Valid @Nullable Disk disk,
    @Valid @Nullable S3 s3) {

  /** A role with CREATEDB that may act as the owners of what is restored, such as a superuser. */
  public record RestoreAs(@NotBlank String username, @Nullable SecretReference password) {}

  /**
   * @param policy of databases whose manifest names none
   * @param folder where throwaway clusters are made; needs twice the room of the largest database,
   *     or that of all files of a backup
   * @param timeLimit for one drill
   * @param statementKey the Ed25519 pair that statements are signed with; made at first use
   */
  public record Drill(
      @NotNull DrillPolicy policy,
      @NotNull Path folder,
      @NotNull Duration timeLimit,
      @NotNull Path statementKey) {}

  /**
   * @param byDefault whether databases whose manifest says nothing about it are
   * @param maxSize of a database that is; its server needs room for two more of it
   */
  public record Warm(
      @DefaultValue("false") boolean byDefault, @DefaultValue("50GB") DataSize maxSize) {}

  /**
   * @param every so much time for each database; only when somebody orders it when zero
   */
  public record RecoveryDrill(@DefaultValue("7d") Duration every) {}

  /**
   * @param within every stored byte is read again at least once in this time
   * @param rate so much a second at most
   */
  public record Scrub(
      @DefaultValue("7d") @DurationMin(hours = 1) Duration within,
      @DefaultValue("50MB") DataSize rate) {}

  /**
   * What a store keeps: whatever one of its rules keeps, and everything when it has none.
   * docs/backups.md says more.
   */
  public interface Keeping {

    /** So many newest good copies. */
    @Nullable Integer keepLast();

    /** So many newest good copies that were made before a release. */
    @Nullable Integer keepReleases();

    /** Copies younger than this. */
    @Nullable Integer keepDays();

    /** The newest good copy of each of so many days that have one. */
    @Nullable Integer keepDaily();

    @Nullable Integer keepWeekly();

    @Nullable Integer keepMonthly();

    @Nullable Integer keepYearly();
  }

  public record Disk(
      @NotNull Path folder,
      @Min(1) @Nullable Integer keepLast,
      @Min(1) @Nullable Integer keepReleases,
      @Min(1) @Nullable Integer keepDays,
      @Min(1) @Nullable Integer keepDaily,
      @Min(1) @Nullable Integer keepWeekly,
      @Min(1) @Nullable Integer keepMonthly,
      @Min(1) @Nullable Integer keepYearly)
      implements Keeping {}

  /**
   * @param prefix put before every key
   * @param answerWithin how long the server may be silent before a request is made again
   * @param leastRate so much a second; the time that a part takes at it comes on top
   */
  public record S3(
      @NotNull URI endpoint,
      @DefaultValue("us-east-1") String region,
      @NotBlank String bucket,
      @DefaultValue("") String prefix,
      @NotBlank String accessKey,
      @NotNull SecretReference secretKey,
      @DefaultValue("60s") @DurationMin(millis = 100) Duration answerWithin,
      @DefaultValue("256KB") @NotNull DataSize leastRate,
      @Min(1) @Nullable Integer keepLast,
      @Min(1) @Nullable Integer keepReleases,
      @DefaultValue("30") @Min(1) @Nullable Integer keepDays,
      @Min(1) @Nullable Integer keepDaily,
      @Min(1) @Nullable Integer keepWeekly,
      @Min(1) @Nullable Integer keepMonthly,
      @Min(1) @Nullable Integer keepYearly)
      implements Keeping {}
}
