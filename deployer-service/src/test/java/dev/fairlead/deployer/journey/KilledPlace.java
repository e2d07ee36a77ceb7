package dev.fairlead.deployer.journey;

import dev.fairlead.deployer.journey.Snares.Moment;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One application with a database and guests of its own, whose deployment is to be interrupted. */
final class KilledPlace {

  private static final String WAITING =
      "select count(*) from pg_locks where locktype = 'advisory' and not granted"
          + " and database = (select oid from pg_database where datname = current_database())"
          + " and objid = "
          + KillStory.LOCK;

  private final String application;
  private final KillPoint point;
  private final MortalNeighbours neighbours;
  private final Path snare;
  private @Nullable Connection lock;
  private @Nullable Guest guest;
  private String deployment = "";

  KilledPlace(String application, KillPoint point, MortalNeighbours neighbours, Snares snares) {
    this.application = application;
    this.point = point;
    this.neighbours = neighbours;
    this.snare = snares.at(application, point.step(), point.moment());
  }

  String application() {
    return application;
  }

  KillPoint point() {
    return point;
  }

  KillStory story() {
    return point.story();
  }

  /** The id of the one that is interrupted. */
  String deployment() {
    return deployment;
  }

  Guest guest() {
    return Objects.requireNonNull(guest);
  }

  void begin(DeployerProcess deployer) throws SQLException {
    guest = new Guest(neighbours.traffic(), application);
    if (point.inMigration()) {
      lock = connect();
      run(lock, "select pg_advisory_lock(%d)".formatted(KillStory.LOCK));
    } else {
      Snares.lay(snare);
    }
    deployment = deploy(deployer, story().version());
  }

  String deploy(DeployerProcess deployer, String version) {
    Stage.Answer answer =
        deployer.post(
            "/deployments",
            Map.of("application", application, "environment", "staging", "version", version));
    if (answer.status() != 202) {
      throw new AssertionError("not accepted: " + answer);
    }
    return answer.text("deployment");
  }

  boolean isCaught() {
    return lock == null ? Snares.hasCaught(snare) : !integers(WAITING).contains(0);
  }

  /** Whatever waits may go on, unless it is dead by now. */
  void letGo() {
    Snares.takeAway(snare);
    if (lock != null) {
      try {
        lock.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  List<Integer> migrated() {
    return integers("select version from ran order by version");
  }

  List<Integer> journal() {
    return integers("select version::int from fairlead_migrations order by installed_rank");
  }

  private List<Integer> integers(String query) {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = connect();
        ResultSet rows = connection.createStatement().executeQuery(query)) {
      while (rows.next()) {
        found.add(rows.getInt(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(application + ": " + query, e);
    }
    return found;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect() throws SQLException {
    return neighbours.postgres().connect(application);
  }

  /** The file of a script's step. */
  static String folder(Snares snares, String application) {
    return Objects.requireNonNull(snares.at(application, "any", Moment.IN).getParent()).toString();
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(application, point);
  }
}
