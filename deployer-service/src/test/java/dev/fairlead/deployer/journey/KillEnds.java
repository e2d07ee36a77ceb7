package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import tools.jackson.databind.JsonNode;

/**
 * How deployments must end, whatever was killed: the right end, the right release, and nothing
 * else; everything done, and told, once.
 *
 * @param undisturbed the steps of each story when nothing is killed, as far as they are known
 */
record KillEnds(KillRig rig, Map<KillStory, List<String>> undisturbed) {

  /**
   * @param lossless whether no visitor may be lost
   */
  void require(List<KilledPlace> places, boolean lossless) {
    SoftAssertions all = new SoftAssertions();
    for (KilledPlace place : places) {
      Stage.Answer ended = rig.ended(place);
      String text = "%s: %s".formatted(place, ended);
      all.assertThat(ended.text("state")).as(text).isEqualTo(place.story().end());
      if (undisturbed.containsKey(place.story())) {
        all.assertThat(steps(ended)).as(text).isEqualTo(undisturbed.get(place.story()));
      }
      all.assertThat(place.migrated()).as(text).isEqualTo(place.story().migrations());
      all.assertThat(place.journal()).as(text).isEqualTo(place.story().migrations());
      all.assertThat(rig.restores(place)).as(text).isEqualTo(place.story().restores() ? 1 : 0);
      requireServing(all, place);
    }
    requireToldOnce(all, places);
    requireNothingLost(all, places, lossless);
    all.assertAll();
  }

  private void requireServing(SoftAssertions all, KilledPlace place) {
    List<JsonNode> instances = rig.instances(place);
    String version = place.story().serving().orElse("");
    all.assertThat(instances)
        .as("%s: %s", place, instances)
        .hasSize(version.isEmpty() ? 0 : 2)
        .allMatch(one -> one.path("version").asString().equals(version))
        .allMatch(one -> one.path("state").asString().equals("running"))
        .allMatch(one -> one.path("traffic").asString().equals("serving"));
    Set<String> ids =
        instances.stream().map(one -> one.path("id").asString()).collect(Collectors.toSet());
    all.assertThatCode(
            () ->
                await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(rig.present(place)).isEqualTo(ids)))
        .as("%s: nothing orphaned", place)
        .doesNotThrowAnyException();
    rig.ground().requireClean(all, place, ids);
  }

  private void requireToldOnce(SoftAssertions all, List<KilledPlace> places) {
    all.assertThatCode(
            () ->
                await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(untold(places)).isEmpty()))
        .as("every end is told")
        .doesNotThrowAnyException();
    Map<String, List<String>> told = rig.told();
    places.forEach(
        place ->
            all.assertThat(once(told.get(place.deployment())))
                .as("%s: told %s", place, told.get(place.deployment()))
                .doesNotHaveDuplicates());
  }

  /** Those whose right end nobody has heard of, with what was told instead. */
  private Map<KilledPlace, List<String>> untold(List<KilledPlace> places) {
    Map<String, List<String>> told = rig.told();
    Map<KilledPlace, List<String>> untold = new HashMap<>();
    for (KilledPlace place : places) {
      List<String> ofThis = told.getOrDefault(place.deployment(), List.of());
      if (!ofThis.contains(place.story().goesBack() ? "failed" : "succeeded")) {
        untold.put(place, ofThis);
      }
    }
    return untold;
  }

  /** Traffic is shifted more than once, and each time that is told. */
  private List<String> once(List<String> told) {
    return told.stream().filter(one -> !one.startsWith("traffic")).toList();
  }

  private void requireNothingLost(SoftAssertions all, List<KilledPlace> places, boolean lossless) {
    int answered = 0;
    int heldTooLong = 0;
    for (KilledPlace place : places) {
      Guest guest = place.guest().orElse(null);
      if (guest == null) {
        continue;
      }
      guest.close();
      answered += guest.answered();
      heldTooLong += guest.heldTooLong().size();
      if (lossless) {
        all.assertThat(guest.lost()).as("%s: lost", place).isEmpty();
      }
    }
    System.out.printf(
        "%d places, %d requests answered, %d held for longer than anybody may be%n",
        places.size(), answered, heldTooLong);
  }

  /** The names of the steps that it took. */
  static List<String> steps(Stage.Answer ended) {
    return StreamSupport.stream(ended.body().path("steps").spliterator(), false)
        .map(step -> step.path("name").asString())
        .toList();
  }
}
