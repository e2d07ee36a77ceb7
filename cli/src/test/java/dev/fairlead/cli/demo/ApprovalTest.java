package dev.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("That nobody approves a request of their own")
class ApprovalTest {

  @Test
  @DisplayName("is seen when the deployer says just that")
  void ownRequest() throws Exception {
    Failure own = new Failure(Exit.BLOCKED, "own-request", "admin requested this deployment", "");

    assertThat(Approval.ownRequest(own)).isEqualTo("admin requested this deployment");
  }

  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE, ''",
    "UNREACHABLE, own-request",
    "FAILED, unknown-deployment",
    "BLOCKED, approval-refused",
  })
  @DisplayName("is not seen when the approval fails for any other reason")
  void otherFailures(Exit exit, String code) {
    assertThatThrownBy(() -> Approval.ownRequest(new Failure(exit, code, "503", "")))
        .isInstanceOf(NotObserved.class)
        .hasMessage("it failed for another reason: 503");
  }
}
