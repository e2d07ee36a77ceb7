package dev.fairlead.backup.files;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where the chunks of one place are, as the catalogue says it. Files are read in the same order
 * each time, so those chunks are looked up with one that follow it in its pack: an archive of which
 * nothing has changed takes a few statements, not one for each chunk.
 */
final class KnownChunks {

  /** So many with one statement. */
  private static final int AHEAD = 500;

  /** So many are held, which takes some 4 MB. */
  private static final int HELD = 20_000;

  private final JdbcClient sql;
  private final String place;
  private final Map<String, Piece> held =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Piece> eldest) {
          return size() > HELD;
        }
      };

  KnownChunks(JdbcClient sql, String place) {
    this.sql = sql;
    this.place = place;
  }

  /**
   * @param chunk its keyed digest, hexadecimal
   */
  Optional<Piece> find(String chunk) {
    if (!held.containsKey(chunk)) {
      lookUp(chunk);
    }
    return Optional.ofNullable(held.get(chunk));
  }

  private void lookUp(String chunk) {
    sql.sql(
            """
            select encode(next.digest, 'hex') as chunk, next.pack, next.position, next.length
              from file_chunk found cross join lateral (
                   select * from file_chunk
                    where pack = found.pack and position >= found.position
                    order by position limit :ahead) next
             where found.place = :place and found.digest = :digest
            """)
        .param("ahead", AHEAD)
        .param("place", place)
        .param("digest", HexFormat.of().parseHex(chunk))
        .query(
            row -> {
              held.put(
                  row.getString("chunk"),
                  new Piece(row.getString("pack"), row.getInt("position"), row.getInt("length")));
            });
  }

  /**
   * All with one statement, in an order of their own: two archives at once wait, and never lock.
   */
  void remember(Map<String, Piece> pieces) {
    sql.sql(
            """
            insert into file_chunk (place, digest, pack, position, length)
            select :place, decode(chunk, 'hex'), pack, position, length
              from unnest(:chunks, :packs, :positions, :lengths)
                   as piece (chunk, pack, position, length)
             order by chunk
            on conflict (place, digest) do update
               set pack = excluded.pack, position = excluded.position, length = excluded.length
            """)
        .param("place", place)
        .param("chunks", pieces.keySet().toArray(String[]::new))
        .param("packs", pieces.values().stream().map(Piece::pack).toArray(String[]::new))
        .param("positions", pieces.values().stream().map(Piece::offset).toArray(Integer[]::new))
        .param("lengths", pieces.values().stream().map(Piece::length).toArray(Integer[]::new))
        .update();
    held.putAll(pieces);
  }
}
