package dev.fairlead.cli.service;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Turns a service's refusal (RFC 9457 problem JSON) into the words and the exit code of a command.
 */
final class Problem {

  /** Codes of refusals that a person or a date can lift. */
  private static final Pattern BLOCKING =
      Pattern.compile(".*(gate|freeze|frozen|decision|approv|blocked|own-request).*");

  private static final int UNAUTHORIZED = 401;

  private Problem() {}

  static Failure of(ServiceClient client, String request, int status, String body) {
    Json problem = parsed(body);
    StringJoiner what = new StringJoiner("\n  ");
    what.add(
        problem
            .find("detail")
            .or(() -> problem.find("title"))
            .orElse(
                "%s answered %s with status %d"
                    .formatted(client.service().text(), request, status)));
    for (Json error : problem.at("errors").elements()) {
      what.add(mistake(error));
    }
    if (status == UNAUTHORIZED) {
      what.add("sent was " + client.tokenOrigin());
    }
    String advice =
        status == UNAUTHORIZED
            ? adviceFor(status, client)
            : problem.find("advice").orElseGet(() -> adviceFor(status, client));
    String code = problem.text("code");
    return new Failure(exitOf(status, code), code, what.toString(), advice);
  }

  /** {@code line 3: replicas: found 'many', expected a number}, as far as it is known. */
  private static String mistake(Json error) {
    return error.find("line").map("line %s: "::formatted).orElse("")
        + error.find("field").map(field -> field + ": ").orElse("")
        + error.text("message");
  }

  private static Json parsed(String body) {
    try {
      return Json.parse(body);
    } catch (IllegalArgumentException e) {
      return Json.parse("{}");
    }
  }

  private static Exit exitOf(int status, String code) {
    if (BLOCKING.matcher(code).matches()) {
      return Exit.BLOCKED;
    }
    return switch (status) {
      case 502, 503, 504 -> Exit.UNREACHABLE;
      default -> Exit.FAILED;
    };
  }

  private static String adviceFor(int status, ServiceClient client) {
    return switch (status) {
      case UNAUTHORIZED ->
          "set FAIRLEAD_TOKEN to a token of that installation; a local stack's is in FAIRLEAD_HOME, .fairlead unless set";
      case 403 ->
          "your token's roles do not allow this; use another one"
              + (client.isLocal() ? ", for example with --as" : "");
      case 404 -> "check the name or the id; the list commands show what there is";
      case 429 -> "too many requests; wait a little";
      default -> status >= 500 ? "look at the service's log: fairlead logs" : "";
    };
  }
}
