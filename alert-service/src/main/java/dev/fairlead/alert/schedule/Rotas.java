package dev.fairlead.alert.schedule;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Those of all teams, as the settings have them. */
public final class Rotas {

  private final Map<String, Rota> byTeam = new TreeMap<>();

  /**
   * @param settings by team, without complaints
   */
  public Rotas(Map<String, ScheduleSettings> settings) {
    settings.forEach((team, schedule) -> byTeam.put(team, schedule.rota(team)));
  }

  Optional<Rota> find(String team) {
    return Optional.ofNullable(byTeam.get(team));
  }

  List<Rota> all() {
    return List.copyOf(byTeam.values());
  }
}
