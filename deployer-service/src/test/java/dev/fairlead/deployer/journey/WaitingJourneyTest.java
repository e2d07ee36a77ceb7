package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.BesideOthers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A deployment that waits")
class WaitingJourneyTest {

  private static final String HOLD =
      "verification: {window: 1s, minimum-requests: 10, max-p95: 5s, when-inconclusive: hold}";

  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    stage = Stage.set(folder);
    for (String version : List.of("1", "2", "3", "4")) {
      stage.built(version, "good");
    }
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(
        List.of("doubted", "miner", "hasty", "cart", "latest").stream()
            .map(name -> Place.of(name, "staging"))
            .toArray(Place[]::new));
  }

  @Test
  @BesideOthers
  @DisplayName(
      "because nobody can judge the release goes on when an approver vouches, or goes back")
  void held() {
    stage.applied("doubted", HOLD);
    assertThat(stage.ended(stage.deploy("doubted", "staging", "1")).text("state"))
        .as("a first release is never held")
        .isEqualTo("succeeded");

    String vouched = stage.deploy("doubted", "staging", "2");
    Stage.Answer held = stage.inState(vouched, "held");
    assertThat(held.text("reason")).contains("at least 10 requests are needed");
    assertThat(held.text("advice")).contains("fairlead deployments continue");
    String next = stage.deploy("doubted", "staging", "3");
    stage.atPosition(next, 1);
    stage.post("dora", "/deployments/" + next + "/cancellation", Map.of());
    String continuation = "/deployments/" + vouched + "/continuation";
    assertThat(stage.post("dora", continuation, Map.of()).status()).isEqualTo(403);
    assertThat(stage.post("april", continuation, Map.of("comment", "orders come in")).status())
        .isEqualTo(200);
    Stage.Answer done = stage.ended(vouched);
    assertThat(done.text("state")).as(done.toString()).isEqualTo("succeeded");
    assertThat(String.valueOf(stage.step(done, "decision")))
        .contains("april lets it go on: orders come in");
    assertThat(stage.post("april", continuation, Map.of()).text("code")).isEqualTo("not-held");

    String aborted = stage.deploy("doubted", "staging", "3");
    stage.inState(aborted, "held");
    assertThat(
            stage
                .get("/deployments/" + aborted + "/undoing")
                .body()
                .path("consequences")
                .toString())
        .contains("no data is lost");
    stage.post("dora", "/deployments/" + aborted + "/cancellation", Map.of("reason", "no"));
    assertThat(stage.ended(aborted).text("state")).isEqualTo("cancelled");
    assertThat(stage.visit("doubted", "staging").body()).isEqualTo("version 2");
  }

  @Test
  @BesideOthers
  @DisplayName("as a canary of which nothing can be told goes on to all traffic, or back to none")
  void heldCanary() {
    stage.applied("miner", "strategy: {canary: {steps: [{weight: 30%, bake: 1s}]}}", HOLD);
    stage.ended(stage.deploy("miner", "staging", "1"));

    String vouched = stage.deploy("miner", "staging", "2");
    Stage.Answer held = stage.inState(vouched, "held");
    assertThat(held.text("step")).isEqualTo("watch-1");
    assertThat(String.valueOf(stage.step(held, "traffic-1"))).contains("2 on 1 instance(s): 30 %");
    Stage.Answer refused =
        stage.post("dora", "/rollbacks", Map.of("application", "miner", "environment", "staging"));
    assertThat(refused.text("code")).as(refused.toString()).isEqualTo("release-held");
    assertThat(refused.text("advice")).endsWith("fairlead deployments abort " + vouched);

    goOn(vouched);
    stage.inState(vouched, "running");
    assertThat(stage.inState(vouched, "held").text("step"))
        .as("the window with all traffic cannot tell either")
        .isEqualTo("traffic-figures");
    goOn(vouched);
    assertThat(stage.ended(vouched).text("state")).isEqualTo("succeeded");
    assertThat(stage.visit("miner", "staging").body()).isEqualTo("version 2");

    String aborted = stage.deploy("miner", "staging", "3");
    stage.inState(aborted, "held");
    stage.post("dora", "/deployments/" + aborted + "/cancellation", Map.of());
    Stage.Answer back = stage.ended(aborted);
    assertThat(back.text("state")).isEqualTo("cancelled");
    assertThat(String.valueOf(stage.step(back, "traffic-back")))
        .contains("2 on 2 instance(s): 100");
    assertThat(stage.visit("miner", "staging").body()).isEqualTo("version 2");
    assertThat(stage.get("/instances?application=miner").body())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.path("version").asString()).isEqualTo("2"));
  }

  private static void goOn(String deployment) {
    String continuation = "/deployments/" + deployment + "/continuation";
    assertThat(stage.post("april", continuation, Map.of()).status()).isEqualTo(200);
  }

  @Test
  @BesideOthers
  @DisplayName("for a judgement that nobody gives in time is rolled back")
  void nobodyDecides() {
    stage.applied("hasty", HOLD, "approval-expires: 3s");
    stage.ended(stage.deploy("hasty", "staging", "1"));

    Stage.Answer ended = stage.ended(stage.deploy("hasty", "staging", "2"));

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason")).startsWith("nobody decided within PT3S about: ");
    assertThat(stage.visit("hasty", "staging").body()).isEqualTo("version 1");
  }

  @Test
  @BesideOthers
  @DisplayName("for its turn sees its position, in the order of the requests")
  void inOrder() {
    stage.applied("cart", "bake: 1s");
    String first = stage.deploy("cart", "staging", "1");
    String second = stage.deploy("cart", "staging", "2");
    String third = stage.deploy("cart", "staging", "3");
    String fourth = stage.deploy("cart", "staging", "4");
    assertThat(stage.atPosition(second, 1).text("state")).isEqualTo("queued");
    assertThat(stage.atPosition(third, 2).text("state")).isEqualTo("queued");
    assertThat(stage.atPosition(fourth, 3).text("waitingFor")).isEqualTo(first);

    assertThat(
            stage.post("dora", "/deployments/" + third + "/cancellation", Map.of()).text("state"))
        .isEqualTo("cancelled");
    stage.atPosition(fourth, 2);
    stage.post("dora", "/deployments/" + fourth + "/cancellation", Map.of());
    assertThat(stage.ended(first).text("state")).isEqualTo("succeeded");
    Stage.Answer ended = stage.ended(second);
    assertThat(ended.text("state")).isEqualTo("succeeded");
    assertThat(ended.text("previousVersion"))
        .as("planned again, for it replaces that one")
        .isEqualTo("1");
    assertThat(stage.visit("cart", "staging").body()).isEqualTo("version 2");
  }

  @Test
  @BesideOthers
  @DisplayName("makes way for a newer one where only the newest counts")
  void newest() {
    stage.applied("latest", "queue: newest", "bake: 1s");
    String first = stage.deploy("latest", "staging", "1");
    stage.inState(first, "running");
    String second = stage.deploy("latest", "staging", "2");
    stage.inState(second, "queued");
    String third = stage.deploy("latest", "staging", "3");

    Stage.Answer superseded = stage.ended(second);
    assertThat(superseded.text("state")).isEqualTo("cancelled");
    assertThat(superseded.text("reason")).isEqualTo("superseded by version 3, deployment " + third);
    assertThat(stage.ended(first).text("state")).as("what runs is let run").isEqualTo("succeeded");
    assertThat(stage.ended(third).text("state")).isEqualTo("succeeded");
    assertThat(stage.visit("latest", "staging").body()).isEqualTo("version 3");
  }
}
