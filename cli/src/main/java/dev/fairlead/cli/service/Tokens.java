package dev.fairlead.cli.service;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.stack.StackHome;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where an API token comes from: FAIRLEAD_TOKEN, then the local stack's identities, then the user's
 * configuration. Never an option: the process list shows those.
 */
final class Tokens {

  /**
   * @param origin where it is from, or where none was found, in words
   */
  record Token(Optional<String> value, String origin) {}

  private static final String VARIABLE = "FAIRLEAD_TOKEN";
  private static final String DEFAULT_IDENTITY = "admin";

  private Tokens() {}

  static Token find(Surroundings surroundings, Optional<String> identity) {
    Path local = StackHome.of(surroundings).tokens();
    if (identity.isPresent()) {
      return ofIdentity(local, identity.get());
    }
    Optional<String> given = surroundings.variable(VARIABLE);
    if (given.isPresent()) {
      return new Token(given, "the token of " + VARIABLE);
    }
    List<Path> files =
        List.of(local.resolve(DEFAULT_IDENTITY), configuration(surroundings).resolve("token"));
    return files.stream()
        .map(file -> file.startsWith(local) ? ofFileIfAllowed(file) : ofFile(file))
        .filter(token -> token.value().isPresent())
        .findFirst()
        .orElseGet(
            () ->
                new Token(
                    Optional.empty(),
                    "no token: there is none in %s, %s and %s"
                        .formatted(VARIABLE, files.getFirst(), files.getLast())));
  }

  private static Token ofIdentity(Path local, String identity) {
    if (!identity.matches("[a-z0-9-]+")) {
      throw new Failure(Exit.USAGE, "--as is " + identity, "name an identity such as approver");
    }
    Token token = ofFile(local.resolve(identity));
    if (token.value().isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "no token of " + identity + " in " + local,
          "fairlead up creates admin, deployer, approver and viewer");
    }
    return token;
  }

  private static Token ofFile(Path file) {
    return new Token(read(file), "the token in " + file);
  }

  /** A stack that is there may be another user's, whose tokens are for them alone. */
  private static Token ofFileIfAllowed(Path file) {
    try {
      return new Token(content(file), "the token in " + file);
    } catch (AccessDeniedException e) {
      return new Token(Optional.empty(), "no token that may be read in " + file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
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
      return content(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Optional<String> content(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Failure unreadable(Path file, IOException cause) {
    return new Failure(
        Exit.FAILED, "cannot read the token in " + file, "correct the file's rights", cause);
  }
}
