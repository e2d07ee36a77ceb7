package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Whoever approves")
class ApproveTest {

  private static final String WAITING =
      """
      {"deployment":"d1","application":"orders","environment":"production","version":"2",\
      "previousVersion":"1","state":"awaiting-approval","planHash":"sha256:ab","requestedBy":"ada",\
      "dataAtRisk":[{"database":"orders/production/main","restoreMillis":40000}]}""";

  private static final String APPROVED =
      """
      {"deployment":"d1","application":"orders","environment":"production","version":"2",\
      "state":"queued","planHash":"sha256:ab"}""";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @BeforeEach
  void waiting() {
    fairlead.answering("GET /deployments/d1", 200, WAITING);
    fairlead.answering("POST /deployments/d1/approval", 200, APPROVED);
  }

  @Test
  @DisplayName("at a terminal sees first what that is, and is bound to the plan that was shown")
  void shown() {
    Result no = fairlead.typing("no").run("approve", "d1");
    assertThat(no.exit()).isEqualTo(Exit.USAGE);
    assertThat(no.err())
        .contains("orders 2 in production", " instead of 1, requested by ada", "plan sha256:ab")
        .contains("a rollback restores orders/production/main", "d1 was not approved");
    assertThat(approvals()).isZero();

    Result yes = fairlead.typing("yes").run("approve", "d1");
    assertThat(yes.exit()).isEqualTo(Exit.OK);
    assertThat(approvals()).isOne();
    assertThat(Json.parse(fairlead.requests.getLast().body()).text("planHash"))
        .isEqualTo("sha256:ab");
  }

  @Test
  @DisplayName("by a script is asked nothing, and told what was approved")
  void script() {
    Result result = fairlead.run("approve", "d1");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out().strip())
        .isEqualTo("approved plan sha256:ab of d1: orders 2 in production");
    assertThat(result.err()).isEmpty();
  }

  @Test
  @DisplayName("with a plan that was looked at is not asked about it again")
  void named() {
    Result result = fairlead.typing("no").run("approve", "d1", "--plan", "sha256:ab");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(approvals()).isOne();
  }

  private long approvals() {
    return fairlead.requests.stream()
        .filter(request -> request.line().equals("POST /deployments/d1/approval"))
        .count();
  }
}
