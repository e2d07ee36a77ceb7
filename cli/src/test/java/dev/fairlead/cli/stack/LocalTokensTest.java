package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The file of tokens")
class LocalTokensTest {

  private static final String OWN =
      "tokens:\n  - name: admin\n    roles: [admin]\n    sha256: 00\n";

  @TempDir Path folder;

  private LocalTokens tokens;

  @BeforeEach
  void open() {
    tokens = new LocalTokens(folder.resolve("tokens.yaml"));
  }

  @Test
  @DisplayName("keeps people who were written by hand, in any form, when the stack starts again")
  void byHand() throws IOException {
    write(
        """
        # ours
        tokens:
        - name: admin
          roles: [admin]
          sha256: 99
        # on call since May
        - name: "alice"   # approvals bear it
          roles:
            - deployer
          sha256: 11
        - {sha256: 22, name: bob, roles: [viewer]}
        """);

    tokens.writeOwn(OWN);

    assertThat(tokens.file())
        .hasContent(
            OWN
                + """
                    # on call since May
                    - name: "alice"   # approvals bear it
                      roles:
                        - deployer
                      sha256: 11
                    - {sha256: 22, name: bob, roles: [viewer]}
                  """);
    tokens.remove("alice");
    assertThat(tokens.file()).hasContent(OWN + "  - {sha256: 22, name: bob, roles: [viewer]}\n");
    assertThatThrownBy(() -> tokens.add("bob", List.of("viewer"), "t"))
        .hasMessageContaining("a token of bob already");
    assertThatThrownBy(() -> tokens.remove("admin"))
        .hasMessageContaining("no token of a person called admin");
  }

  @Test
  @DisplayName("is left alone where it cannot be told who is in it")
  void unclear() throws IOException {
    for (String text :
        List.of("tokens: [{name: alice, roles: [viewer]}]\n", "tokens:\n  - roles: [viewer]\n")) {
      write(text);
      assertThatThrownBy(() -> tokens.writeOwn(OWN))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("cannot tell whose token");
      assertThat(tokens.file()).hasContent(text);
    }
  }

  private void write(String text) throws IOException {
    Files.writeString(tokens.file(), text);
  }
}
