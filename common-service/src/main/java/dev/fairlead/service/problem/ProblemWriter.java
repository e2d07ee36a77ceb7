package dev.fairlead.service.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/** Answers with a problem document where no controller is involved, as in a filter. */
public final class ProblemWriter {

  /** The code of the problem of a request, for the audit trail. */
  public static final String CODE = ProblemWriter.class.getName() + ".code";

  private final JsonMapper json;

  ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  public void write(
      HttpServletRequest request,
      HttpServletResponse response,
      HttpStatus status,
      String code,
      String detail,
      String advice)
      throws IOException {
    ProblemDetail problem = Problems.of(status, code, detail, advice);
    problem.setInstance(URI.create(request.getRequestURI()));
    request.setAttribute(CODE, code);
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    response.getOutputStream().write(json.writeValueAsBytes(problem));
  }
}
