package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What cannot be taken back")
class ConsentTest {

  private static final String CONSEQUENCES = "the copies that no rule keeps are removed";
  private static final String QUESTION = "go on? (yes or no)";

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  @BeforeEach
  void removable() {
    fairlead.answering("POST /retention", 200, "[]");
  }

  @Test
  @DisplayName("is refused where nobody can be asked, with what to type to accept it")
  void nobody() {
    Result refused = fairlead.run("backup", "retention");

    assertThat(refused.exit()).isEqualTo(Exit.USAGE);
    assertThat(refused.err())
        .contains(CONSEQUENCES, "--yes to accept that, or see which those are with --dry-run")
        .doesNotContain(QUESTION);
    assertThat(fairlead.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "YES "})
  @DisplayName("is done when a person says yes to what it will do")
  void agreed(String answer) {
    Result done = fairlead.typing(answer).run("backup", "retention");

    assertThat(done.exit()).isEqualTo(Exit.OK);
    assertThat(done.err()).contains(CONSEQUENCES, QUESTION);
    assertThat(fairlead.requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "y", ""})
  @DisplayName("is not done when a person says anything else")
  void declined(String answer) {
    Result refused = fairlead.typing(answer).run("backup", "retention");

    assertThat(refused.exit()).isEqualTo(Exit.USAGE);
    assertThat(fairlead.requests).isEmpty();
  }

  @Test
  @DisplayName("is done unasked with --yes, also at a terminal")
  void givenWithTheCommand() {
    Result done = fairlead.typing("no").run("backup", "retention", "--yes");

    assertThat(done.exit()).isEqualTo(Exit.OK);
    assertThat(done.err()).doesNotContain(QUESTION);
    assertThat(fairlead.requests).hasSize(1);
  }
}
