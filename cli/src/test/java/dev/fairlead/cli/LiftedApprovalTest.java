package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Whoever lifted the approval is told that they need one, and why:")
class LiftedApprovalTest {

  private static final String REASON = "ada lifted the approval and cannot deploy alone";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @Test
  @DisplayName("by the plan")
  void planned() {
    fairlead.answering(
        "POST /plans",
        200,
        """
        {"application":"orders","environment":"production","version":"2","planHash":"h",\
        "needsApproval":true,"approvalReason":"%s","steps":[]}"""
            .formatted(REASON));

    assertThat(fairlead.run("plan", "orders", "2").out()).contains("needs approval: " + REASON);
  }

  @Test
  @DisplayName("and not by a plan that the manifest lets nobody approve")
  void open() {
    fairlead.answering(
        "POST /plans",
        200,
        """
        {"application":"orders","environment":"staging","version":"2","planHash":"h",\
        "needsApproval":false,"steps":[]}""");

    Result plan = fairlead.run("plan", "orders", "2");
    assertThat(plan.exit()).isEqualTo(Exit.OK);
    assertThat(plan.out()).doesNotContain("needs approval");
  }
}
