package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.verification.Verdict;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What speaks against a release")
class DisturbedMeasurementTest {

  private static final Instant FAR = NOON.plus(Duration.ofDays(1));

  private final List<String> measured = new ArrayList<>();
  private final ForgetfulFleet fleet;
  private final ForgetfulHost alpha;
  private final ForgetfulHost beta;
  private final AtomicLong seconds;
  private final Inquiry inquiry;
  private final Release release;
  private final HttpServer server;
  private int health = 200;

  DisturbedMeasurementTest(@TempDir Path folder) throws Exception {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    fleet = new ForgetfulFleet(folder, server.getAddress().getPort());
    alpha = fleet.alpha();
    beta = fleet.beta();
    seconds = fleet.seconds();
    inquiry = fleet.inquiry();
    release = fleet.release();
  }

  @BeforeEach
  void run() {
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(health, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  @Test
  @DisplayName("counts when every host answered all the while")
  void undisturbed() throws Exception {
    StepResult result = judge(() -> failed("it answers 500"));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when a host was silent for a while, and the instances ran on")
  void silentForAWhile() throws Exception {
    StepResult result =
        judge(
            () -> {
              beta.loseFor(5);
              return failed("it answers 500");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when a host was silent as it began, and the instances ran on")
  void silentFromTheBeginning() throws Exception {
    beta.loseAt(1, false);

    StepResult result =
        judge(
            () -> {
              beta.comeBack();
              return failed("it answers 500");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when a host is silent to the end: nobody has seen that its engine did it")
  void silentToTheEnd() throws Exception {
    StepResult result =
        judge(
            () -> {
              beta.loseAt(1, false);
              return failed("12 % of the requests failed");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).isEqualTo("12 % of the requests failed");
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("counts when an instance crashed, also if the engine of another host was restarted")
  void crashed() throws Exception {
    StepResult result =
        judge(
            () -> {
              fleet.started(alpha, NOON.plusSeconds(1), 1);
              fleet.started(beta, NOON.plusSeconds(1), 0);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("is measured again when an engine has started the instances, and then it counts")
  void restarted() throws Exception {
    StepResult passed =
        judge(
            () -> {
              fleet.started(beta, NOON.plusSeconds(1), 0);
              return measured.isEmpty() ? failed("connection refused") : passed();
            });
    assertThat(passed).isEqualTo(StepResult.succeeded("4 of 4 answered"));

    measured.clear();
    StepResult failed =
        judge(
            () -> {
              fleet.started(beta, NOON.plusSeconds(2), 0);
              return failed("it answers 500");
            });
    assertThat(failed).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).as("the second time nothing disturbed it").hasSize(2);
  }

  @Test
  @DisplayName("is measured again when an engine begins to count the starts anew")
  void countsAnew() throws Exception {
    fleet.started(beta, NOON, 3);

    StepResult result =
        judge(
            () -> {
              fleet.started(beta, NOON.plusSeconds(1), 0);
              return measured.isEmpty() ? failed("connection refused") : passed();
            });

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
  }

  @Test
  @DisplayName("is awaited while an engine is away, and measured again once it is back")
  void back() throws Exception {
    StepResult result =
        judge(
            () -> {
              if (!measured.isEmpty()) {
                return passed();
              }
              fleet.instance(2, beta, new Instance.State.Exited("exit code 0"), NOON, 0);
              Thread.startVirtualThread(() -> awaitQuestionsThenStart());
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
  }

  @Test
  @DisplayName("is measured again once an engine is back that was away as the measurement began")
  void backBefore() throws Exception {
    int back = beta.questions() + 10;
    beta.loseFor(10);
    fleet.started(beta, NOON.plusSeconds(60), 0);

    StepResult result =
        judge(() -> beta.questions() > back ? passed() : failed("connection refused"));

    assertThat(result).isInstanceOf(StepResult.Succeeded.class);
    assertThat(measured).as("at once, since it could be the release's fault").hasSize(1);
  }

  @Test
  @DisplayName("counts at once when an instance waits for its start after a crash as it begins")
  void crashing() throws Exception {
    fleet.instance(2, beta, new Instance.State.Exited("exit code 1"), NOON, 1);
    long before = seconds.get();

    StepResult result = judge(() -> failed("100 % of the requests failed"));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
    assertThat(seconds.get() - before).as("seconds, of which nobody may wait 45").isLessThan(10);
  }

  private void awaitQuestionsThenStart() {
    int seen = beta.questions();
    while (beta.questions() < seen + 3) {
      Thread.onSpinWait();
    }
    fleet.started(beta, NOON.plusSeconds(9), 0);
  }

  @Test
  @DisplayName("counts after the third time, however often an engine is restarted")
  void again() throws Exception {
    StepResult result =
        judge(
            () -> {
              fleet.started(beta, NOON.plusSeconds(1 + measured.size()), 0);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(Inquiry.MEASUREMENTS);
  }

  @Test
  @DisplayName("counts when the instances do not come back well")
  void sick() throws Exception {
    StepResult result =
        judge(
            () -> {
              fleet.started(beta, NOON.plusSeconds(1), 0);
              health = 500;
              return List.of(new Verdict.Inconclusive("too few answers"));
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).startsWith("too few answers; then not healthy: ");
  }

  @Test
  @DisplayName("counts when there is no time to measure again before the deadline")
  void late() throws Exception {
    StepResult result =
        inquiry.judge(
            release,
            NOON.plusSeconds(400),
            () -> {
              fleet.started(beta, NOON.plusSeconds(1), 0);
              seconds.addAndGet(250);
              return failed("connection refused");
            });

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(measured).hasSize(1);
  }

  @Test
  @DisplayName("is that an instance does not run, where its engine says so")
  void missing() throws Exception {
    fleet.instance(4, beta, new Instance.State.Exited("exit code 1"), NOON, 0);

    StepResult result =
        judge(() -> List.of(new Verdict.Passed("asked " + inquiry.addresses(release))));

    assertThat(result).isInstanceOf(StepResult.Failed.class);
    assertThat(result.detail()).isEqualTo("3 of 4 instances run");
  }

  private StepResult judge(Inquiry.Measurement measurement) throws InterruptedException {
    return inquiry.judge(release, FAR, measurement);
  }

  private List<Verdict> failed(String evidence) {
    measured.add(evidence);
    return List.of(new Verdict.Failed(evidence));
  }

  private static List<Verdict> passed() {
    return List.of(new Verdict.Passed("4 of 4 answered"));
  }
}
