package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.BesideOthers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A deployment that waits")
class WaitingJourneyTest {

  private static final String HOLD =
      "verification: {window: 1s, minimum-requests: 10, max-p95: 5s, when-inconclusive: hold}";

  private static final String PROCEED =
      "verification: {window: 1s, minimum-requests: 10, max-p95: 5s, when-inconclusive: proceed}";

  private static final Map<String, String> KIOSK =
      Map.of("application", "kiosk", "environment", "production");

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
        Stream.concat(
                Stream.of("doubted", "miner", "hasty", "cart", "latest")
                    .map(name -> Place.of(name, "staging")),
                Stream.of(Place.of("kiosk", "production")))
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
    assertThat(
            stage
                .post(
                    "dora", "/rollbacks", Map.of("application", "miner", "environment", "staging"))
                .text("deployment"))
        .as("what goes back")
        .isEqualTo(aborted);
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

  @Test
  @BesideOthers
  @DisplayName("comes after a rollback by hand, which turns back at once what bakes")
  void rollback() {
    stage.applied("kiosk", PROCEED);
    assertThat(stage.ended(approved("1")).text("state")).isEqualTo("succeeded");
    assertThat(stage.ended(approved("2")).text("state")).isEqualTo("succeeded");
    stage.applied("kiosk", PROCEED, "bake: 10m");
    String baking = approved("3");
    stage.inStep(baking, "bake");
    String waiting = approved("4");
    stage.atPosition(waiting, 1);

    assertThat(back(Map.of()).text("code")).isEqualTo("reason-required");
    assertThat(back(Map.of("toVersion", "1")).text("code")).isEqualTo("deployment-under-way");
    Stage.Answer outlook = stage.post("dora", "/rollbacks/plan", KIOSK);
    assertThat(outlook.text("toVersion")).as(outlook.toString()).isEqualTo("2");
    assertThat(outlook.body().path("consequences").toString()).contains(baking);

    Map<String, String> request = Map.of("reason", "no orders", "idempotencyKey", "incident-8");
    Stage.Answer back = back(request);
    assertThat(back.status()).as(back.toString()).isEqualTo(202);
    assertThat(back.text("deployment")).isEqualTo(baking);
    assertThat(back.body().path("rollback").asBoolean(true)).isFalse();
    Stage.Answer ended = stage.ended(baking);
    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("cancelled");
    assertThat(ended.text("reason")).isEqualTo("rolled back by hand: no orders");
    stage.inState(waiting, "running");
    assertThat(back(request).text("deployment")).as("the same key").isEqualTo(baking);

    assertThat(back(Map.of("reason", "that one, too")).text("deployment")).isEqualTo(waiting);
    stage.ended(waiting);
    assertThat(stage.visit("kiosk", "production").body()).isEqualTo("version 2");
    Stage.Answer further = back(Map.of("reason", "all of them"));
    assertThat(further.text("code")).as(further.toString()).isEqualTo("just-turned-back");
    assertThat(further.text("advice")).endsWith("--environment production --to 1");
  }

  private static Stage.Answer back(Map<String, String> more) {
    Map<String, String> body = new HashMap<>(KIOSK);
    body.putAll(more);
    return stage.post("dora", "/rollbacks", body);
  }

  private static String approved(String version) {
    String deployment = stage.deploy("kiosk", "production", version);
    String plan = stage.inState(deployment, "awaiting-approval").text("planHash");
    String approval = "/deployments/" + deployment + "/approval";
    assertThat(stage.post("april", approval, Map.of("planHash", plan)).status()).isEqualTo(200);
    return deployment;
  }
}
