package dev.fairlead.backup.files;

import dev.fairlead.backup.archive.Manifest;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The packs of one place, kept in the catalogue, for the time of one archive. */
final class PostgresPacks implements Packs {

  private final JdbcClient sql;
  private final String place;
  private final Set<String> present;
  private final KnownChunks chunks;
  private final PackReadBack readBack;
  private final Clock clock;
  private final Set<String> inUse = new HashSet<>();

  /**
   * @param present names of the packs that every store has; no other is used again
   * @param readBack asked once for each that is used again
   */
  PostgresPacks(
      JdbcClient sql, String place, Set<String> present, PackReadBack readBack, Clock clock) {
    this.sql = sql;
    this.place = place;
    this.present = new HashSet<>(present);
    this.chunks = new KnownChunks(sql, place);
    this.readBack = readBack;
    this.clock = clock;
  }

  @Override
  public byte[] secret() {
    byte[] fresh = new byte[32];
    new SecureRandom().nextBytes(fresh);
    sql.sql("insert into file_secret values (?, ?) on conflict do nothing")
        .params(place, fresh)
        .update();
    return sql.sql("select secret from file_secret where place = ?")
        .param(place)
        .query(byte[].class)
        .single();
  }

  @Override
  public Optional<Piece> find(String chunk) {
    return chunks.find(chunk).filter(piece -> isUsable(piece.pack()));
  }

  /** From now on no sweeper takes it away; one that was faster leaves no row to mark. */
  private boolean isUsable(String pack) {
    if (inUse.contains(pack)) {
      return true;
    }
    boolean usable =
        present.contains(pack)
            && sql.sql(
                        """
                        update file_pack set used_at = ?
                         where name = ? and sha256 is not null and not leaving
                        """)
                    .params(Timestamp.from(clock.instant()), pack)
                    .update()
                == 1
            && known(List.of(pack)).stream().allMatch(readBack::isGood);
    if (usable) {
      inUse.add(pack);
    } else {
      present.remove(pack);
    }
    return usable;
  }

  @Override
  public void remember(Map<String, Piece> pieces) {
    chunks.remember(pieces);
  }

  @Override
  public void begin(String name) {
    sql.sql("insert into file_pack (name, place, used_at) values (?, ?, ?)")
        .params(name, place, Timestamp.from(clock.instant()))
        .update();
  }

  @Override
  public void stored(Manifest.Archive pack) {
    inUse.add(pack.name());
    keep(pack);
    readBack.written(pack);
  }

  private void keep(Manifest.Archive pack) {
    sql.sql(
            """
            insert into file_pack (name, place, size_bytes, sha256, part_bytes, raw_bytes,
                                   recipients, used_at)
            values (:name, :place, :size, :sha256, :part, :raw, :recipients, :now)
            on conflict (name) do update
               set size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
                   part_bytes = excluded.part_bytes, raw_bytes = excluded.raw_bytes,
                   recipients = excluded.recipients, used_at = excluded.used_at
            """)
        .param("name", pack.name())
        .param("place", place)
        .param("size", pack.sizeBytes())
        .param("sha256", pack.sha256())
        .param("part", pack.partBytes())
        .param("raw", pack.dumpBytes())
        .param("recipients", pack.recipients().toArray(String[]::new))
        .param("now", Timestamp.from(clock.instant()))
        .update();
  }

  /** One of a backup that was found in a store; what is known of it already counts. */
  void adopt(Manifest.Archive pack) {
    if (known(List.of(pack.name())).isEmpty()) {
      keep(pack);
    }
  }

  @Override
  public List<Manifest.Archive> known(Collection<String> names) {
    return sql.sql(
            "select * from file_pack where name = any(?) and sha256 is not null order by name")
        .param(names.toArray(String[]::new))
        .query(PostgresPacks::read)
        .list();
  }

  /** Of a pack the whole is checked; it has few parts, if more than one. */
  private static Manifest.Archive read(ResultSet row, int number) throws SQLException {
    Array recipients = row.getArray("recipients");
    return new Manifest.Archive(
        row.getString("name"),
        row.getLong("size_bytes"),
        row.getString("sha256"),
        row.getInt("part_bytes"),
        List.of(),
        row.getLong("raw_bytes"),
        Arrays.asList((String[]) recipients.getArray()));
  }
}
