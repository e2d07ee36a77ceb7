package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.events.DeploymentId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

@DisplayName("Steps that are under way")
class GlancesTest {

  private static final Duration FRESH = Duration.ofMillis(250);

  private final Map<DeploymentId, String> versions = new HashMap<>();
  private final List<Set<DeploymentId>> questions = new ArrayList<>();
  private boolean away;
  private long now;
  private final Glances glances = new Glances(this::answer, FRESH, () -> now);

  private Map<DeploymentId, String> answer(Set<DeploymentId> asked) {
    questions.add(asked);
    if (away) {
      throw new DataAccessResourceFailureException("away");
    }
    Map<DeploymentId, String> known = new HashMap<>(versions);
    known.keySet().retainAll(asked);
    return known;
  }

  @Test
  @DisplayName("ask the database together, however many they are, and only so often")
  void together() {
    List<Glances.Glance> steps = Stream.generate(this::step).limit(28).toList();

    for (int i = 0; i < 4; i++) {
      steps.forEach(Glances.Glance::changed);
      now += FRESH.toNanos();
    }

    assertThat(questions).hasSize(4).allSatisfy(asked -> assertThat(asked).hasSize(28));
    steps.forEach(Glances.Glance::close);
    try (Glances.Glance last = step()) {
      last.changed();
    }
    assertThat(questions.getLast()).as("of those that have ended nobody asks").hasSize(1);
  }

  @Test
  @DisplayName("look at their own deployment first, and then when it was changed, each at its own")
  void changed() {
    DeploymentId mine = stored("1");
    try (Glances.Glance step = glances.at(mine);
        Glances.Glance other = step()) {
      assertThat(step.changed()).as("what came before nobody knows").isTrue();
      step.heed();
      assertThat(other.changed()).isTrue();
      other.heed();
      now += FRESH.toNanos();
      assertThat(step.changed()).isFalse();

      versions.put(mine, "2");
      assertThat(step.changed()).as("not asked again yet").isFalse();
      now += FRESH.toNanos();
      assertThat(step.changed()).isTrue();
      assertThat(step.changed()).as("until it was looked at").isTrue();
      assertThat(other.changed()).isFalse();
    }
  }

  @Test
  @DisplayName("miss nothing of what happened while the database was away")
  void outage() {
    DeploymentId mine = stored("1");
    try (Glances.Glance step = glances.at(mine)) {
      step.changed();
      step.heed();
      now += FRESH.toNanos();
      away = true;
      assertThatThrownBy(step::changed).isInstanceOf(DataAccessResourceFailureException.class);
      versions.put(mine, "2");
      away = false;
      assertThat(step.changed()).isTrue();
    }
  }

  private Glances.Glance step() {
    return glances.at(stored("1"));
  }

  private DeploymentId stored(String version) {
    DeploymentId id = DeploymentId.random();
    versions.put(id, version);
    return id;
  }
}
