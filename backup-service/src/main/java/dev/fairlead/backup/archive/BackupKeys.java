package dev.fairlead.backup.archive;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in a store a backup lies: {@code application/environment/name/backup/…}. */
public record BackupKeys(DatabaseId database, BackupId backup) {

  public static final String PACKS = ".files/";

  private static final String PACK = ".pack.zst.age";

  private static final String ATTEMPT = "attempt-";
  private static final String MANIFEST = "manifest.json";
  private static final String STATEMENT = ".drill.jws";
  private static final String DISPROOF = ".disproof.jws";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern RULE = Pattern.compile("([^/]+/[^/]+/[^/]+)/([0-9a-f-]{36})/[^/]+");

  private static final Pattern PACK_RULE =
      Pattern.compile("\\.files/[^/]+/[^/]+/[0-9a-f-]{36}\\.pack\\.zst\\.age");

  /** The backup that {@code key} belongs to, if it looks like one of ours. */
  public static Optional<BackupKeys> of(String key) {
    Matcher parts = RULE.matcher(key);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new BackupKeys(new DatabaseId(parts.group(1)), BackupId.of(parts.group(2))));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Its endings say in which order to open it. */
  public static String archiveName(int attempt) {
    return ATTEMPT + "%d.pgdump.zst.age".formatted(attempt);
  }

  /** Lines of JSON; its endings say in which order to open it. */
  public static String filesName(int attempt) {
    return ATTEMPT + "%d.files.jsonl.zst.age".formatted(attempt);
  }

  /** Whether an attempt wrote it, as it would write an archive or an index of files. */
  public static boolean isOfAttempt(String key) {
    return key.substring(key.lastIndexOf('/') + 1).startsWith(ATTEMPT);
  }

  /** Packs are shared by the backups of an application, so they lie in no backup's folder. */
  public String pack(String name) {
    return packs() + name + PACK;
  }

  /**
   * @param place such as {@code orders/production}
   */
  public static String packKey(String place, String name) {
    return PACKS + place + "/" + name + PACK;
  }

  /** The name in the key of a pack. */
  public static String packName(String key) {
    return key.substring(key.lastIndexOf('/') + 1).replace(PACK, "");
  }

  /** Whether it is the key of a pack, of whatever place. */
  public static boolean isPack(String key) {
    return PACK_RULE.matcher(key).matches();
  }

  /** The folder of all packs that lie beside this one. */
  public static String packsBeside(String pack) {
    return pack.substring(0, pack.lastIndexOf('/') + 1);
  }

  public String packs() {
    return PACKS + database.value().substring(0, database.value().lastIndexOf('/') + 1);
  }

  public static boolean isManifest(String key) {
    return key.endsWith("/" + MANIFEST);
  }

  public String folder() {
    return "%s/%s/".formatted(database, backup);
  }

  public String manifest() {
    return folder() + MANIFEST;
  }

  /** Each drill's own; their order is that of the drills. */
  public String statement(Instant drilledAt) {
    return folder() + MOMENT.format(drilledAt) + STATEMENT;
  }

  /** Of a drill that found other data than the snapshot held. */
  public String disproof(Instant drilledAt) {
    return folder() + MOMENT.format(drilledAt) + DISPROOF;
  }

  public static boolean isDisproof(String key) {
    return key.endsWith(DISPROOF);
  }

  public static boolean isStatement(String key) {
    return key.endsWith(STATEMENT);
  }

  public String archive(String name) {
    return folder() + name;
  }
}
