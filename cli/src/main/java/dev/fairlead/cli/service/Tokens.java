package dev.fairlead.cli.service;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.stack.StackHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where an API token comes from: FAIRLEAD_TOKEN, then the local stack's identities, then the user's
 * configuration. A token of the local stack is sent to no other one. Never an option: the process
 * list shows those.
 *
 * @param local whether {@code address} is one of the local stack
 */
record Tokens(Surroundings surroundings, URI address, boolean local) {

  /**
   * @param origin where it is from, or where none was found, in words
   */
  record Token(Optional<String> value, String origin) {}

  private static final String VARIABLE = "FAIRLEAD_TOKEN";
  private static final String DEFAULT_IDENTITY = "admin";

  Token find(Optional<String> identity) {
    if (identity.isPresent()) {
      return ofIdentity(identity.get());
    }
    Optional<String> given = surroundings.variable(VARIABLE);
    return given.isPresent() ? new Token(given, "the token of " + VARIABLE) : ofFirstFile();
  }

  private Token ofFirstFile() {
    Path own = configuration().resolve("token");
    List<Path> files = local ? List.of(folder().resolve(DEFAULT_IDENTITY), own) : List.of(own);
    return files.stream()
        .map(file -> file.equals(own) ? ofFile(file) : ofFileIfAllowed(file))
        .filter(token -> token.value().isPresent())
        .findFirst()
        .orElseGet(
            () ->
                new Token(
                    Optional.empty(),
                    "no token: there is none in "
                        + Stream.concat(Stream.of(VARIABLE), files.stream().map(Path::toString))
                            .collect(Collectors.joining(" and "))));
  }

  private Path folder() {
    return StackHome.of(surroundings).tokens();
  }

  private Token ofIdentity(String identity) {
    if (!identity.matches("[a-z0-9-]+")) {
      throw new Failure(Exit.USAGE, "--as is " + identity, "name an identity such as approver");
    }
    if (!local) {
      throw new Failure(
          Exit.USAGE,
          "--as %s is an identity of the local stack in %s, and %s is none of its addresses"
              .formatted(identity, StackHome.of(surroundings).folder(), address),
          "leave --as out and set %s to your token for that address".formatted(VARIABLE));
    }
    Token token = ofFile(folder().resolve(identity));
    if (token.value().isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "no token of " + identity + " in " + folder(),
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

  private Path configuration() {
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
