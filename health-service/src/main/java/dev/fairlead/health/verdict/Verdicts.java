package dev.fairlead.health.verdict;

import dev.fairlead.events.TargetId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** The memory of the automaton, one row a target. */
@Repository
public class Verdicts {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  Verdicts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param revision 0 when it was never saved
   */
  public record Saved(VerdictState state, long revision) {}

  public Map<TargetId, Saved> all() {
    Map<TargetId, Saved> all = new HashMap<>();
    jdbc.sql("SELECT target, state, revision FROM verdicts")
        .query(
            (ResultSet row) -> {
              all.put(new TargetId(row.getString("target")), saved(row, 0));
            });
    return all;
  }

  public Optional<Saved> find(TargetId target) {
    return jdbc.sql("SELECT state, revision FROM verdicts WHERE target = :target")
        .param("target", target.value())
        .query(Verdicts::saved)
        .optional();
  }

  /** Those of these targets that are degraded, locked until the transaction ends. */
  public Map<TargetId, Standing.Degraded> incidentsOf(Collection<TargetId> targets) {
    Map<TargetId, Standing.Degraded> open = new HashMap<>();
    if (targets.isEmpty()) {
      return open;
    }
    List<String> ids = targets.stream().map(TargetId::value).toList();
    jdbc.sql("SELECT target, state, revision FROM verdicts WHERE target IN (:ids) FOR UPDATE")
        .param("ids", ids)
        .query(
            (ResultSet row) -> {
              if (saved(row, 0).state().standing() instanceof Standing.Degraded down) {
                open.put(new TargetId(row.getString("target")), down);
              }
            });
    return open;
  }

  /**
   * Saves what follows from the state of {@code revision}, and locks it until the transaction ends.
   *
   * @return false when somebody else saved first: load it again and judge again
   */
  public boolean save(TargetId target, VerdictState state, long revision) {
    String sql =
        revision == 0
            ? """
              INSERT INTO verdicts (target, state, revision)
              VALUES (:target, CAST(:state AS jsonb), :revision + 1) ON CONFLICT DO NOTHING
              """
            : """
              UPDATE verdicts SET state = CAST(:state AS jsonb), revision = :revision + 1
              WHERE target = :target AND revision = :revision
              """;
    return jdbc.sql(sql)
            .param("target", target.value())
            .param("state", JSON.writeValueAsString(state))
            .param("revision", revision)
            .update()
        == 1;
  }

  private static Saved saved(ResultSet row, int index) throws SQLException {
    return new Saved(
        JSON.readValue(row.getString("state"), VerdictState.class), row.getLong("revision"));
  }
}
