package dev.fairlead.alert.schedule;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who stands in for whom. */
final class Substitutions {

  private final JdbcClient database;

  Substitutions(JdbcClient database) {
    this.database = database;
  }

  void add(Substitution one) {
    database
        .sql(
            """
            insert into substitution
              (id, team, person, instead_of, starts_at, ends_at, created_by, reason)
            values (:id, :team, :person, :insteadOf, :from, :until, :createdBy, :reason)
            """)
        .param("id", one.id())
        .param("team", one.team())
        .param("person", one.person())
        .param("insteadOf", one.insteadOf())
        .param("from", at(one.from()))
        .param("until", at(one.until()))
        .param("createdBy", one.createdBy())
        .param("reason", one.reason())
        .update();
  }

  /** Whether there was one to be ended. */
  boolean end(UUID id, Instant now) {
    return database
            .sql(
                """
                update substitution set ends_at = :now, starts_at = least(starts_at, :now)
                where id = :id and ends_at > :now
                """)
            .param("now", at(now))
            .param("id", id)
            .update()
        > 0;
  }

  /** In force now or later, in the order in which they were made. */
  List<Substitution> notEnded(String team, Instant now) {
    return database
        .sql("select * from substitution where team = ? and ends_at > ? order by made_at, id")
        .params(team, at(now))
        .query(Substitutions::read)
        .list();
  }

  private static Substitution read(ResultSet row, int number) throws SQLException {
    return new Substitution(
        row.getObject("id", UUID.class),
        row.getString("team"),
        row.getString("person"),
        row.getString("instead_of"),
        instant(row, "starts_at"),
        instant(row, "ends_at"),
        row.getString("created_by"),
        row.getString("reason"));
  }
}
