package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.runtime.Instance.State;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every runtime promises, run against each of them. */
abstract class RuntimeConformance extends RuntimeRig {

  /** Ends the instance's process behind the runtime's back, as the kernel would. */
  abstract void kill(Instance instance) throws Exception;

  @Test
  @DisplayName("can be reached, and says what it is")
  void reachable() {
    assertThat(runtime.reachability()).isInstanceOf(Reachability.Reachable.class);
  }

  @Test
  @DisplayName("starts an instance that answers at its address and is what was asked for")
  void starts() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);

    runtime.start(spec, fence);

    Instance observed = awaitAnswer(spec.id());
    assertThat(observed.running()).isTrue();
    assertThat(observed.place()).isEqualTo(place);
    assertThat(observed.deployment()).isEqualTo(spec.deployment());
    assertThat(observed.version()).isEqualTo(spec.version());
    assertThat(observed.digest()).isEqualTo(spec.program().digest());
    assertThat(observed.restarts()).isZero();
    assertThat(observed.startedAt()).isPresent();
    assertThat(runtime.observe(place)).extracting(Instance::id).containsExactly(spec.id());
  }

  @Test
  @DisplayName("answers only on loopback")
  void loopback() throws Exception {
    Instance instance = runtime.start(spec("a", Behaviour.SERVES), fence);

    assertThat(instance.address().orElseThrow().host()).isEqualTo("127.0.0.1");
  }

  @Test
  @DisplayName("does nothing when it is told to start what runs already")
  void startsOnce() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    Instance first = awaitAnswer(spec.id());

    Instance second = runtime.start(spec, fence);

    assertThat(second).isEqualTo(first);
    assertThat(runtime.observe(place)).hasSize(1);
  }

  @Test
  @DisplayName("starts one instance when two deployers start it at once")
  void startsOnceConcurrently() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime other = open();

    Thread rival = Thread.startVirtualThread(() -> other.start(spec, fence));
    runtime.start(spec, fence);
    rival.join();

    awaitAnswer(spec.id());
    assertThat(runtime.observe(place)).hasSize(1);
  }

  @Test
  @DisplayName("refuses an id that belongs to another deployment")
  void idTaken() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    InstanceSpec other =
        new InstanceSpec(
            spec.id(),
            place,
            DeploymentId.random(),
            new Version("2"),
            spec.program(),
            Map.of(),
            Limits.DEFAULT);

    assertThatThrownBy(() -> runtime.start(other, fence))
        .isInstanceOf(RuntimeFailure.class)
        .hasMessageContaining("instance id " + spec.id() + " is taken by " + place)
        .hasMessageContaining("use a new id");
  }

  @Test
  @DisplayName("finds instances again that another deployer started")
  void adopts() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    Instance before = awaitAnswer(spec.id());

    Runtime successor = open();

    assertThat(successor.observe(place)).containsExactly(before);
    assertThat(successor.start(spec, fence)).isEqualTo(before);
    successor.stop(spec.id(), GRACE, fence);
    assertThat(runtime.observe(place)).isEmpty();
  }

  @Test
  @DisplayName("stops an instance and leaves nothing of it")
  void stops() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    Instance running = awaitAnswer(spec.id());

    runtime.stop(spec.id(), GRACE, fence);

    assertThat(runtime.observe(spec.id())).isEmpty();
    assertThat(runtime.observe(place)).isEmpty();
    assertThat(answers(running)).isFalse();
    runtime.stop(spec.id(), GRACE, fence);
  }

  @Test
  @DisplayName("kills an instance that does not end within its grace")
  void kills() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.STUBBORN);
    runtime.start(spec, fence);
    Instance running = awaitAnswer(spec.id());

    long start = System.nanoTime();
    runtime.stop(spec.id(), Duration.ofSeconds(1), fence);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    assertThat(answers(running)).isFalse();
    assertThat(runtime.observe(place)).isEmpty();
  }

  @Test
  @DisplayName("shows how an instance ended, and what it wrote")
  void exits() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.FAILS);

    runtime.start(spec, fence);

    await()
        .untilAsserted(
            () ->
                assertThat(runtime.observe(spec.id()).orElseThrow().state())
                    .isEqualTo(new State.Exited("exit code 3")));
    assertThat(runtime.log(spec.id(), 100).orElseThrow()).contains("I cannot work", "and tell why");
    assertThat(runtime.log(spec.id(), 1).orElseThrow()).hasSize(1);
    assertThat(runtime.residents()).contains(new Resident(place, spec.deployment()));
    runtime.stop(spec.id(), GRACE, fence);
    assertThat(runtime.log(spec.id(), 100).orElseThrow()).contains("I cannot work", "and tell why");
  }

  @Test
  @DisplayName("gives an instance its port, its marks and its own environment, and nothing else")
  void environment() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.FAILS);

    runtime.start(spec, fence);

    await().untilAsserted(() -> assertThat(environment(spec.id())).containsKey("PORT"));
    Map<String, String> environment = environment(spec.id());
    assertThat(environment)
        .containsEntry("FAIRLEAD_INSTANCE", spec.id().value())
        .containsEntry("FAIRLEAD_VERSION", "1")
        .containsEntry("COLOUR", "deep blue")
        .containsEntry("PASSWORD", "canary-secret");
    assertThat(environment.keySet())
        .doesNotContain("FAIRLEAD_DB_PASSWORD", "MAVEN_CMD_LINE_ARGS", "FAIRLEAD_REQUIRE");
  }

  @Test
  @DisplayName("starts an instance again that was killed, at the same address")
  void restarts() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    Instance first = awaitAnswer(spec.id());
    kill(first);
    await().until(() -> !runtime.observe(spec.id()).orElseThrow().running());

    runtime.start(spec, fence);

    Instance again = awaitAnswer(spec.id());
    assertThat(again.address()).isEqualTo(first.address());
    assertThat(again.restarts()).isEqualTo(1);
  }

  @Test
  @DisplayName("refuses commands of a deployer that was replaced")
  void fenced() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, new Fence(place, 8));
    Runtime other = open();

    assertThatThrownBy(() -> other.start(spec("b", Behaviour.SERVES), fence))
        .isInstanceOf(StaleFence.class)
        .hasMessageContaining("token 8 has taken over");
    assertThatThrownBy(() -> other.stop(spec.id(), GRACE, fence)).isInstanceOf(StaleFence.class);
    assertThat(runtime.observe(place)).extracting(Instance::id).containsExactly(spec.id());
    assertThat(awaitAnswer(spec.id()).running()).isTrue();
  }

  @Test
  @DisplayName("tells what an instance uses, and nothing of one that does not run")
  void usage() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    runtime.start(spec, fence);
    await().atMost(Duration.ofSeconds(10)).until(() -> runtime.usage(spec.id()).isPresent());

    Usage usage = runtime.usage(spec.id()).orElseThrow();
    assertThat(usage.memoryBytes()).isBetween(50_000L, 2_000_000_000L);
    assertThat(usage.processorTime()).isLessThan(Duration.ofMinutes(5));
    runtime.stop(spec.id(), Duration.ZERO, fence);
    assertThat(runtime.usage(spec.id())).isEmpty();
  }

  @Test
  @DisplayName("runs several instances of one release side by side")
  void several() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      runtime.start(spec(name, Behaviour.SERVES), fence);
    }

    for (Instance instance : runtime.observe(place)) {
      awaitAnswer(instance.id());
    }
    assertThat(runtime.observe(place))
        .extracting(instance -> instance.address().orElseThrow().port())
        .doesNotHaveDuplicates()
        .hasSize(3);
  }

  @Test
  @DisplayName("knows nothing of instances elsewhere")
  void unknown() throws Exception {
    assertThat(runtime.observe(Place.of("nothing", "here"))).isEmpty();
    assertThat(runtime.observe(new InstanceId("nothing-here"))).isEmpty();
    assertThat(runtime.log(new InstanceId("nothing-here"), 10)).isEmpty();
    runtime.stop(new InstanceId("nothing-here"), GRACE, fence);
  }

  private Map<String, String> environment(InstanceId id) {
    Map<String, String> environment = new TreeMap<>();
    for (String line : runtime.log(id, 100).orElseThrow()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        environment.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return environment;
  }
}
