package dev.fairlead.edge.admin;

import dev.fairlead.edge.routing.InvalidRoute;
import dev.fairlead.edge.routing.MatchTaken;
import dev.fairlead.edge.routing.StaleFence;
import dev.fairlead.edge.traffic.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** What becomes of a command that failed: a status, a document, a line in the log. */
final class AdminProblem {
  private static final System.Logger LOG = System.getLogger(AdminProblem.class.getName());

  private AdminProblem() {}

  /** Answers with why nothing was changed. */
  static void send(HttpServerRequest request, Throwable failure) {
    if (failure instanceof Changes.Replaced) {
      request.connection().close(); // who asks again reaches the other proxy
      return;
    }
    int status =
        switch (failure) {
          case InvalidRoute invalid -> 400;
          case NotFound notFound -> 404;
          case StaleFence stale -> 409;
          case MatchTaken taken -> 422;
          case TooLarge large -> 413;
          case UnhealthyNewcomers unhealthy -> 422;
          case Changes.Paused paused -> 503;
          case IOException disk -> 507;
          default -> 500;
        };
    LOG.log(
        status >= 500 ? System.Logger.Level.ERROR : System.Logger.Level.WARNING,
        "request=\"{0} {1}\" status={2} reason=\"{3}\" next=nothing was changed",
        request.method(),
        request.path(),
        status,
        String.valueOf(failure));
    JsonObject problem = Problem.document(status, explained(failure));
    if (failure instanceof InvalidRoute invalid) {
      JsonArray errors = new JsonArray();
      for (InvalidRoute.Violation one : invalid.violations()) {
        errors.add(new JsonObject().put("field", one.field()).put("message", one.message()));
      }
      problem.put("errors", errors);
    }
    Problem.send(request.response(), status, problem);
  }

  private static String explained(Throwable failure) {
    return failure instanceof IOException
        ? "the change could not be saved and was not made: " + failure.getMessage()
        : String.valueOf(failure.getMessage());
  }
}
