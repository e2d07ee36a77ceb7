package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.InstanceId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Traffic that moves from an old release to a new one")
class TrafficTest {

  private final TwoReleases releases;
  private final RouterInMemory router = new RouterInMemory();

  TrafficTest(@TempDir Path folder) throws InterruptedException {
    releases = new TwoReleases(folder);
    releases.instances().start(releases.next, releases.next.instances(), 1);
    traffic(releases.instances()).give(releases.old, releases.old.instances(), 1);
  }

  @Test
  @DisplayName("is left to old instances that nobody can ask, as long as they are to have any")
  void silent() throws Exception {
    releases.beta.loseAt(1, false);

    shift(releases.instances(), 2);
    assertThat(serving()).containsExactlyInAnyOrderElementsOf(oldFrom(2));

    shift(releases.instances(), 4);
    assertThat(serving()).containsExactlyInAnyOrderElementsOf(oldFrom(4));

    shift(releases.instances(), 5);
    assertThat(serving()).isEmpty();
  }

  @Test
  @DisplayName("is left to them also where their host was taken out of the settings")
  void takenOut() throws Exception {
    shift(releases.withoutBeta(), 3);

    assertThat(serving()).containsExactlyInAnyOrderElementsOf(oldFrom(3));
  }

  @Test
  @DisplayName("does not come to an old instance that nobody can ask and that had none")
  void nothingNew() throws Exception {
    shift(releases.instances(), 4);
    releases.beta.loseAt(1, false);

    shift(releases.instances(), 1);

    assertThat(serving())
        .containsExactlyInAnyOrder(
            releases.old.instance(1), releases.old.instance(3), releases.old.instance(4));
  }

  @Test
  @DisplayName("is not given to a canary as a whole because the old hosts are silent")
  void canary() throws Exception {
    releases.beta.loseAt(1, false);
    Traffic.Share fresh =
        new Traffic.Share(releases.next, releases.next.instances(1, 1), true, Optional.of(5));
    Traffic.Share old =
        new Traffic.Share(releases.old, List.of(releases.old.instance(2)), false, Optional.of(95));

    assertThat(
            traffic(releases.instances())
                .shift(releases.next.spec(), List.of(fresh, old), Optional.empty(), 2))
        .extracting(share -> Math.round(share.percent()))
        .containsExactly(5L, 95L);
  }

  @Test
  @DisplayName("needs every host of the new release")
  void newSide() {
    releases.alpha.loseAt(1, false);

    assertThatThrownBy(() -> shift(releases.instances(), 5)).isInstanceOf(EngineAway.class);
  }

  private void shift(Instances instances, int oldFrom) throws InterruptedException {
    Traffic.Share fresh =
        new Traffic.Share(releases.next, releases.next.instances(), true, Optional.empty());
    Traffic.Share old = new Traffic.Share(releases.old, oldFrom(oldFrom), false, Optional.empty());
    traffic(instances).shift(releases.next.spec(), List.of(fresh, old), Optional.empty(), 2);
  }

  private List<InstanceId> oldFrom(int number) {
    return releases.old.instances(number, releases.old.replicas());
  }

  /** Of the old release. */
  private List<InstanceId> serving() throws InterruptedException {
    return router.observe(Traffic.routeOf(releases.old.place())).stream()
        .flatMap(state -> state.serving().stream())
        .map(RouteState.Backend::instance)
        .filter(id -> releases.old.instances().contains(id))
        .toList();
  }

  private Traffic traffic(Instances instances) {
    return new Traffic(new Routers(Map.of(RouterKind.EDGE, router)), instances);
  }
}
