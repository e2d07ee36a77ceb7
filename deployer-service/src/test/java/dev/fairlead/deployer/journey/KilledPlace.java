package dev.fairlead.deployer.journey;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One application with a database and guests of its own, whose deployment is to be interrupted. */
final class KilledPlace {

  private static final String UNDEFINED_TABLE = "42P01";

  private final String application;
  private final KillPoint point;
  private final MortalNeighbours neighbours;
  private final Trap trap;
  private @Nullable Guest guest;
  private String deployment = "";

  /**
   * @param trap where its deployment is to be interrupted
   */
  KilledPlace(String application, KillPoint point, MortalNeighbours neighbours, Trap trap) {
    this.application = application;
    this.point = point;
    this.neighbours = neighbours;
    this.trap = trap;
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

  /** Nobody visits what was never there before. */
  Optional<Guest> guest() {
    return Optional.ofNullable(guest);
  }

  void begin(DeployerProcess deployer) {
    if (!story().first()) {
      guest = new Guest(neighbours.traffic(), application);
    }
    trap.lay();
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
    return trap.hasCaught();
  }

  /** Whatever waits may go on, unless it is dead by now. */
  void letGo() {
    trap.takeAway();
  }

  List<Integer> migrated() {
    return integers("select version from ran order by version");
  }

  List<Integer> journal() {
    return integers("select version::int from fairlead_migrations order by installed_rank");
  }

  private List<Integer> integers(String query) {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = neighbours.postgres().connect(application);
        ResultSet rows = connection.createStatement().executeQuery(query)) {
      while (rows.next()) {
        found.add(rows.getInt(1));
      }
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        return List.of();
      }
      throw new IllegalStateException(application + ": " + query, e);
    }
    return found;
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(application, point);
  }
}
