package dev.fairlead.service.problem;

import dev.fairlead.service.secret.Redaction;
import java.net.URI;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Problem documents of RFC 9457, with the members {@code code} and {@code advice} added. */
final class Problems {

  private static final String TYPES = "urn:fairlead:problem:";

  private Problems() {}

  static ProblemDetail of(HttpStatusCode status, String code, String detail, String advice) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, Redaction.redact(detail));
    problem.setType(URI.create(TYPES + code));
    problem.setTitle(code.replace('-', ' '));
    problem.setProperty("code", code);
    problem.setProperty("advice", Redaction.redact(advice));
    return problem;
  }
}
