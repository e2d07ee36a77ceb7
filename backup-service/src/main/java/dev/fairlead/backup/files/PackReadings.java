package dev.fairlead.backup.files;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the catalogue knows of the readings of packs, copy by copy. */
@Repository
public class PackReadings {

  private final JdbcClient sql;

  public PackReadings(JdbcClient sql) {
    this.sql = sql;
  }

  /**
   * @param readAt when it was last found good
   * @param defect what was wrong with it when it was last read, if anything
   */
  record Reading(@Nullable Instant readAt, @Nullable String defect) {

    boolean isGoodSince(Instant moment) {
      return defect == null && readAt != null && !readAt.isBefore(moment);
    }
  }

  Optional<Reading> of(String pack, String store) {
    return sql.sql("select read_at, defect from file_pack_copy where pack = ? and store = ?")
        .params(pack, store)
        .query(
            (row, number) -> {
              Timestamp readAt = row.getTimestamp("read_at");
              return new Reading(
                  readAt == null ? null : readAt.toInstant(), row.getString("defect"));
            })
        .optional();
  }

  /** A pack that the catalogue does not know is nobody's to be used again. */
  public void good(String pack, String store, Instant now) {
    sql.sql(
            """
            insert into file_pack_copy (pack, store, read_at)
            select name, :store, :now from file_pack where name = :pack
            on conflict (pack, store) do update set read_at = excluded.read_at, defect = null
            """)
        .param("pack", pack)
        .param("store", store)
        .param("now", Timestamp.from(now))
        .update();
  }

  public void bad(String pack, String store, String defect) {
    sql.sql(
            """
            insert into file_pack_copy (pack, store, defect)
            select name, :store, :defect from file_pack where name = :pack
            on conflict (pack, store) do update set defect = excluded.defect
            """)
        .param("pack", pack)
        .param("store", store)
        .param("defect", defect)
        .update();
  }
}
