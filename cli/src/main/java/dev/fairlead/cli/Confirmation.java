package dev.fairlead.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A person types the name of what is going to be lost, so that nothing goes by a slip. */
public final class Confirmation {

  private final Surroundings surroundings;

  public Confirmation(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * @param name what has to be typed
   * @throws Failure if something else is, or nobody can type
   */
  public void require(String name) throws IOException {
    if (!surroundings.terminal()) {
      throw new Failure(
          Exit.USAGE,
          "nobody can confirm that %s goes".formatted(name),
          "repeat the command with --yes to accept it, or look first with --dry-run");
    }
    surroundings.err().print("type %s to go on: ".formatted(name));
    surroundings.err().flush();
    String typed =
        new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
            .readLine();
    if (typed == null || !typed.strip().equals(name)) {
      throw new Failure(
          Exit.USAGE,
          "that was not %s; nothing was changed".formatted(name),
          "type exactly %s, or give --yes".formatted(name));
    }
  }
}
