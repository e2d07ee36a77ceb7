package dev.fairlead.backup.archive;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All there is to know of one backup, kept beside its archive as {@code manifest.json}. Fields are
 * only ever added; readers skip what they do not know.
 *
 * @param format {@value #FORMAT}
 * @param completedAt when the archive was stored and read back everywhere
 * @param retentionClass what it was made for; absent in older manifests, as is what follows
 * @param otherContent what it held that is no row of a table
 * @param files of the application, where its manifest names some
 * @param notes what the dump leaves out, and what {@code pg_dump} remarked; absent where there is
 *     nothing to tell
 * @param signature of all the rest ({@link ManifestSignature}); absent in older manifests. It
 *     covers what is absent too: a field that is added later must be null where it was not there
 *     yet
 * @param asRead the whole JSON, where it says something that this version does not know, so that it
 *     is neither lost nor taken for forged; not itself part of a manifest
 */
public record Manifest(
    String format,
    BackupId backup,
    DatabaseId database,
    @Nullable DeploymentId deployment,
    Instant requestedAt,
    Instant completedAt,
    Source source,
    Archive archive,
    List<TableContent> tables,
    Tools tools,
    @Nullable RetentionClass retentionClass,
    @Nullable OtherContent otherContent,
    @Nullable Files files,
    @Nullable List<String> notes,
    @Nullable String signature,
    @JsonIgnore @Nullable String asRead) {

  public static final String FORMAT = "fairlead-backup/1";

  public long rows() {
    return tables.stream().mapToLong(TableContent::rows).sum();
  }

  /** It says what this version knows, and nothing else. */
  Manifest withSignature(@Nullable String of) {
    return with(of, null);
  }

  Manifest withAsRead(@Nullable String json) {
    return with(signature, json);
  }

  /**
   * Whether {@code stored} says what this one says. Where this one is not known in whole, because a
   * catalogue has kept only the fields that its version knew, what more is stored is its own.
   */
  public boolean isSaidBy(Manifest stored) {
    return equals(asRead == null ? stored.withAsRead(null) : stored);
  }

  private Manifest with(@Nullable String of, @Nullable String json) {
    return new Manifest(
        format,
        backup,
        database,
        deployment,
        requestedAt,
        completedAt,
        source,
        archive,
        tables,
        tools,
        retentionClass,
        otherContent,
        files,
        notes,
        of,
        json);
  }

  /**
   * Of one line for each table, in this order: schema, table, rows and hash, separated by tabs,
   * each ended by a newline; no hash is written as -. What is no row of a table follows in lines of
   * its own, where the manifest says it.
   */
  public String contentsSha256() {
    MessageDigest digest = Sha256.digest();
    for (TableContent table : tables) {
      digest.update(table.line().getBytes(StandardCharsets.UTF_8));
    }
    if (otherContent != null) {
      digest.update(otherContent.lines().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Which database it was, and when.
   *
   * @param systemIdentifier of the cluster; absent where the role may not read it
   * @param snapshotAt the moment whose data the archive holds
   * @param lsn of the write-ahead log at that moment; absent where the role may not read it
   */
  public record Source(
      String name,
      long oid,
      @Nullable String systemIdentifier,
      String serverVersion,
      int serverVersionNumber,
      Instant snapshotAt,
      @Nullable String lsn,
      Properties properties) {}

  /**
   * What {@code pg_dump} leaves out: it belongs to the database, not into it.
   *
   * @param localeProvider {@code c} for libc, {@code i} for ICU, {@code b} for builtin; from
   *     PostgreSQL 15 on
   * @param locale of ICU or builtin
   * @param grants as {@code GRANT … ON DATABASE} needs them
   * @param settings as {@code ALTER DATABASE … SET} needs them
   * @param roles that own something in it or were granted something; absent in older manifests, as
   *     is what follows
   * @param connectionLimit so many sessions at a time; absent where there is none
   * @param roleSettings as {@code ALTER ROLE … IN DATABASE … SET} needs them; absent where there
   *     are none
   * @param icuRules of the collation, from PostgreSQL 16 on; absent where there are none
   * @param ownGrants true where {@code grants} are all rights that anybody has, be there none;
   *     absent where a new database's are, and in older manifests
   * @param comment as {@code COMMENT ON DATABASE} needs it; absent where there is none, and in
   *     older manifests
   */
  public record Properties(
      String owner,
      String encoding,
      String collation,
      String characterType,
      @Nullable String localeProvider,
      @Nullable String locale,
      List<Grant> grants,
      List<String> settings,
      @Nullable List<Role> roles,
      @Nullable Integer connectionLimit,
      @Nullable List<RoleSetting> roleSettings,
      @Nullable String icuRules,
      @Nullable Boolean ownGrants,
      @Nullable String comment) {

    /** Whether {@code grants} take the place of those that a new database has. */
    public boolean hasOwnGrants() {
      return Boolean.TRUE.equals(ownGrants) || !grants.isEmpty();
    }
  }

  /**
   * Of a role, in this database alone.
   *
   * @param setting {@code name=value}
   */
  public record RoleSetting(String role, String setting) {}

  /** A role of the cluster; its password is not among what a dump holds. */
  public record Role(String name, boolean superuser) {}

  /**
   * @param role absent for PUBLIC
   */
  public record Grant(@Nullable String role, String privilege, boolean grantable) {}

  /**
   * The stored bytes: {@code pg_dump -Fc}, then zstd, then age.
   *
   * @param name of the object beside the manifest
   * @param sha256 of the whole, hexadecimal; {@code partSha256} of each part in order
   * @param recipients who can decrypt it
   */
  public record Archive(
      String name,
      long sizeBytes,
      String sha256,
      int partBytes,
      List<String> partSha256,
      long dumpBytes,
      List<String> recipients) {}

  /**
   * What a table held in the snapshot of the dump.
   *
   * @param hash of all rows, whatever their order; absent where it was not asked for
   */
  public record TableContent(String schema, String table, long rows, @Nullable String hash) {

    public String qualifiedName() {
      return schema + "." + table;
    }

    private String line() {
      return "%s\t%s\t%d\t%s\n".formatted(schema, table, rows, hash == null ? "-" : hash);
    }
  }

  /** What made it, for whoever must open it in years. */
  public record Tools(String pgDump, String zstd, String age, String fairlead) {}

  /**
   * Files that belong to the same point in time. An index names each with its pieces; packs hold
   * the pieces, for several backups at a time.
   *
   * @param index lines of JSON, then zstd, then age, beside the manifest
   * @param packs pieces one after the other, then zstd, then age, by name
   * @param roots what was to be archived
   * @param bytes of all files
   * @param notes what was remarkable: files that changed meanwhile, sockets, pipes
   */
  public record Files(
      Archive index,
      List<Archive> packs,
      List<String> roots,
      long files,
      long bytes,
      List<String> notes) {}
}
