package dev.fairlead.cli.stack;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Session;
import java.util.List;

/** {@code token new | remove}: who may talk to the local stack beside its own identities. */
public final class TokenCommands {

  private static final List<String> ROLES =
      List.of("viewer", "deployer", "approver", "on-call", "admin");

  private TokenCommands() {}

  public static Command token() {
    return Command.noun(
        "token",
        "Give people tokens of their own for the local stack, and take them back.",
        Command.verb(
                "new",
                "Make a token and print it; only its hash is kept. It counts within a second.",
                TokenCommands::runNew)
            .argument("NAME", "Who holds it; approvals and the audit trail bear this name.")
            .repeatable(
                "--role",
                "ROLE",
                "One of %s; may be given more.".formatted(String.join(", ", ROLES)))
            .example(
                "fairlead token new alice --role deployer --role on-call",
                "She puts it into FAIRLEAD_TOKEN or ~/.config/fairlead/token."),
        Command.verb("remove", "Take a person's token back.", TokenCommands::runRemove)
            .argument("NAME", "Who holds it.")
            .example("fairlead token remove alice", "Her token is refused within a second."));
  }

  private static Exit runNew(Arguments arguments, Session session) {
    String name = arguments.argument(0);
    List<String> roles = arguments.options("--role");
    if (!name.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
      throw new Failure(
          Exit.USAGE, "the name is " + name, "use lower-case letters, digits, '.' and '-'");
    }
    if (roles.isEmpty() || !ROLES.containsAll(roles)) {
      throw new Failure(
          Exit.USAGE,
          roles.isEmpty() ? "a token needs a role" : "--role is " + String.join(", ", roles),
          "give one or more of " + String.join(", ", ROLES));
    }
    String token = SecretFile.random();
    tokens(session).add(name, roles, token);
    if (session.output().json()) {
      session
          .output()
          .document(Json.object("name", name, "roles", Json.list(roles), "token", token));
    } else {
      session.output().line(token);
      session.output().note("the token of %s; nobody can show it again".formatted(name));
    }
    return Exit.OK;
  }

  private static Exit runRemove(Arguments arguments, Session session) {
    String name = arguments.argument(0);
    tokens(session).remove(name);
    if (session.output().json()) {
      session.output().document(Json.object("name", name));
    }
    session.output().note("the token of %s is refused within a second".formatted(name));
    return Exit.OK;
  }

  private static LocalTokens tokens(Session session) {
    return session.home().tokensFile();
  }
}
