package dev.fairlead.cli.service;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.stack.StackHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an API token comes from: FAIRLEAD_TOKEN, then the local stack's identities, then the user's
 * configuration. Never an option: the process list shows those.
 */
final class Tokens {

  private static final String DEFAULT_IDENTITY = "admin";

  private Tokens() {}

  static Optional<String> find(Surroundings surroundings, Optional<String> identity) {
    Path local = StackHome.of(surroundings).tokens();
    if (identity.isPresent()) {
      return Optional.of(ofIdentity(local, identity.get()));
    }
    return surroundings
        .variable("FAIRLEAD_TOKEN")
        .or(() -> read(local.resolve(DEFAULT_IDENTITY)))
        .or(() -> read(configuration(surroundings).resolve("token")));
  }

  private static String ofIdentity(Path local, String identity) {
    if (!identity.matches("[a-z0-9-]+")) {
      throw new Failure(Exit.USAGE, "--as is " + identity, "name an identity such as approver");
    }
    return read(local.resolve(identity))
        .orElseThrow(
            () ->
                new Failure(
                    Exit.USAGE,
                    "no token of " + identity + " in " + local,
                    "fairlead up creates admin, deployer, approver and viewer"));
  }

  private static Path configuration(Surroundings surroundings) {
    return surroundings
        .variable("XDG_CONFIG_HOME")
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".config"))
        .resolve("fairlead");
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot read the token in " + file, "correct the file's rights", e);
    }
  }
}
