package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.verification.LogVerification;
import dev.fairlead.deployer.verification.Verdict;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The logs that are read of a release")
class ReadLogsTest {

  private static final int NOBODY_ASKS = 1;

  private final ForgetfulHost beta;
  private final Inquiry inquiry;
  private final Release release;

  ReadLogsTest(@TempDir Path folder) {
    ForgetfulFleet fleet = new ForgetfulFleet(folder, NOBODY_ASKS);
    beta = fleet.beta();
    inquiry = fleet.inquiry();
    release = fleet.release();
  }

  @Test
  @DisplayName("are those of the hosts that answer; of one that does not none is read")
  void logs() throws Exception {
    beta.loseAt(1, false);

    ReadLogs read = ReadLogs.of(inquiry, release);

    assertThat(read.logs()).containsOnlyKeys(name(1), name(3));
    assertThat(read.unread())
        .containsOnly(Map.entry(name(2), "it is away"), Map.entry(name(4), "it is away"));
    assertThat(beta.questions())
        .as("whether it is there: once per try, however many instances")
        .isEqualTo(Inquiry.ATTEMPTS);
  }

  @Test
  @DisplayName("are read also where another one of the same host cannot be")
  void oneLog() throws Exception {
    beta.hides(release.instance(2));
    beta.wrote(release.instance(4), "ERROR no such table");

    ReadLogs read = ReadLogs.of(inquiry, release);

    assertThat(read.unread()).containsOnlyKeys(name(2));
    assertThat(LogVerification.verify(new LogScan("ERROR", 0), read.logs(), read.unread()))
        .isInstanceOf(Verdict.Failed.class);
  }

  private String name(int number) {
    return release.instance(number).value();
  }
}
