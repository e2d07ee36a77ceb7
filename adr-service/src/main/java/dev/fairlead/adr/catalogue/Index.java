package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The decisions as rows: what questions are answered from. */
@Repository
class Index {

  private final JdbcClient jdbc;

  Index(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The commit that was followed last, locked until the transaction ends. */
  Optional<String> lockFollowed() {
    return Optional.ofNullable(
        jdbc.sql("SELECT commit FROM followed FOR UPDATE")
            .query((row, _) -> new Followed(row.getString(1)))
            .single()
            .commit());
  }

  private record Followed(@Nullable String commit) {}

  void followed(String commit) {
    jdbc.sql("UPDATE followed SET commit = :commit").param("commit", commit).update();
  }

  void own(String commit) {
    jdbc.sql("INSERT INTO own_commits (commit) VALUES (:commit) ON CONFLICT DO NOTHING")
        .param("commit", commit)
        .update();
  }

  boolean isOwn(String commit) {
    return jdbc.sql("SELECT count(*) FROM own_commits WHERE commit = :commit")
            .param("commit", commit)
            .query(Integer.class)
            .single()
        > 0;
  }

  /** All of them, by number. */
  Map<DecisionId, Known> all() {
    Map<DecisionId, Known> all =
        new TreeMap<>((one, other) -> Integer.compare(Ids.number(one), Ids.number(other)));
    jdbc.sql("SELECT * FROM decisions")
        .query(Index::known)
        .list()
        .forEach(one -> all.put(one.decision().id(), one));
    return all;
  }

  Optional<Known> find(DecisionId id) {
    return jdbc.sql("SELECT * FROM decisions WHERE id = :id")
        .param("id", id.value())
        .query(Index::known)
        .optional();
  }

  void put(Known one) {
    Decision decision = one.decision();
    jdbc.sql(
            """
            INSERT INTO decisions (id, number, file, blob, commit, title, status, date, proposed_by,
              decided_by, reason, review_by, supersedes, superseded_by, applies_to, content_hash, text)
            VALUES (:id, :number, :file, :blob, :commit, :title, :status, :date, :proposedBy,
              :decidedBy, :reason, :reviewBy, :supersedes, :supersededBy, :appliesTo, :contentHash,
              :text)
            ON CONFLICT (id) DO UPDATE SET
              file = excluded.file, blob = excluded.blob, commit = excluded.commit,
              title = excluded.title, status = excluded.status, date = excluded.date,
              proposed_by = excluded.proposed_by, decided_by = excluded.decided_by,
              reason = excluded.reason, review_by = excluded.review_by,
              supersedes = excluded.supersedes, superseded_by = excluded.superseded_by,
              applies_to = excluded.applies_to, content_hash = excluded.content_hash,
              text = excluded.text
            """)
        .param("id", decision.id().value())
        .param("number", Ids.number(decision.id()))
        .param("file", decision.file())
        .param("blob", one.blob())
        .param("commit", one.commit())
        .param("title", decision.title())
        .param("status", decision.status().name())
        .param("date", decision.date())
        .param("proposedBy", decision.proposedBy())
        .param("decidedBy", decision.decidedBy())
        .param("reason", decision.reason())
        .param("reviewBy", decision.reviewBy())
        .param("supersedes", texts(decision.supersedes()))
        .param(
            "supersededBy",
            decision.supersededBy() == null ? null : decision.supersededBy().value())
        .param("appliesTo", decision.appliesTo().toArray(String[]::new))
        .param("contentHash", decision.contentHash())
        .param("text", one.text())
        .update();
  }

  void note(Tampering tampering, Instant seen) {
    jdbc.sql(
            """
            INSERT INTO tamperings (kind, decision, file, commit, author, detail, seen)
            VALUES (:kind, :decision, :file, :commit, :author, :detail, :seen)
            """)
        .param("kind", tampering.kind().name())
        .param("decision", tampering.decision() == null ? null : tampering.decision().value())
        .param("file", tampering.file())
        .param("commit", tampering.commit())
        .param("author", tampering.author())
        .param("detail", tampering.detail())
        .param("seen", seen.atOffset(ZoneOffset.UTC))
        .update();
  }

  void healed(DecisionId id) {
    jdbc.sql("DELETE FROM tamperings WHERE decision = :id").param("id", id.value()).update();
  }

  /** Notes that the review was told as due; false when it had been before. */
  boolean reviewTold(DecisionId id, LocalDate reviewBy) {
    return jdbc.sql(
                """
                INSERT INTO reviews_told (decision, review_by) VALUES (:id, :reviewBy)
                ON CONFLICT DO NOTHING
                """)
            .param("id", id.value())
            .param("reviewBy", reviewBy)
            .update()
        > 0;
  }

  List<Tampering> tamperings() {
    return jdbc.sql("SELECT * FROM tamperings ORDER BY id").query(Index::tampering).list();
  }

  private static Known known(ResultSet row, int index) throws SQLException {
    return new Known(
        decision(row), row.getString("blob"), row.getString("commit"), row.getString("text"));
  }

  private static Decision decision(ResultSet row) throws SQLException {
    String supersededBy = row.getString("superseded_by");
    return new Decision(
        new DecisionId(row.getString("id")),
        row.getString("file"),
        row.getString("title"),
        DecisionStatus.valueOf(row.getString("status")),
        row.getDate("date").toLocalDate(),
        row.getString("proposed_by"),
        row.getString("decided_by"),
        row.getString("reason"),
        day(row.getDate("review_by")),
        list(row.getArray("supersedes")).stream().map(DecisionId::new).toList(),
        supersededBy == null ? null : new DecisionId(supersededBy),
        list(row.getArray("applies_to")),
        row.getString("content_hash"));
  }

  private static Tampering tampering(ResultSet row, int index) throws SQLException {
    String decision = row.getString("decision");
    return new Tampering(
        Tampering.Kind.valueOf(row.getString("kind")),
        decision == null ? null : new DecisionId(decision),
        row.getString("file"),
        row.getString("commit"),
        row.getString("author"),
        row.getString("detail"));
  }

  private static @Nullable LocalDate day(@Nullable Date date) {
    return date == null ? null : date.toLocalDate();
  }

  private static List<String> list(Array array) throws SQLException {
    return Arrays.asList((String[]) array.getArray());
  }

  private static String[] texts(List<DecisionId> ids) {
    return ids.stream().map(DecisionId::value).toArray(String[]::new);
  }
}
