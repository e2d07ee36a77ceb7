package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The log of an instance on one of several hosts")
class InstanceLogsTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final InstanceId INSTANCE = new InstanceId("orders-staging-1");

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final ForgetfulHost beta = new ForgetfulHost();
  private final ForgetfulHost gamma = new ForgetfulHost();

  @Test
  @DisplayName("is read whichever of the others hang, from the beginning or when they are asked it")
  void hanging() {
    runs(beta);
    alpha.hangAt(1);
    gamma.hangAt(2);

    assertThat(last()).contains(List.of("no database"));
  }

  @Test
  @DisplayName("is not said to be unknown while a host does not answer")
  void unknown() {
    assertThat(last()).isEmpty();

    gamma.hangAt(2);
    assertThatThrownBy(this::last)
        .isInstanceOf(RuntimeFailure.class)
        .hasMessageContaining("the log of instance orders-staging-1 within PT2S");
  }

  private Optional<List<String>> last() {
    Runtimes runtimes =
        new Runtimes(
            new ForgetfulHost(),
            Map.of(
                new HostName("alpha"), alpha,
                new HostName("beta"), beta,
                new HostName("gamma"), gamma));
    return assertTimeoutPreemptively(
        SOON, () -> new InstanceLogs(runtimes, PATIENCE).last(INSTANCE, 10));
  }

  private static void runs(ForgetfulHost host) {
    host.wrote(INSTANCE, "no database");
    host.shows(
        new Instance(
            INSTANCE,
            Samples.request().place(),
            Samples.DEPLOYMENT,
            new Version("1"),
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            new Instance.State.Running(),
            Optional.empty(),
            Optional.of(Samples.NOON),
            0,
            Optional.empty()));
  }
}
