package dev.fairlead.service.problem;

import java.util.Objects;
import org.springframework.http.HttpStatus;

/**
 * A request that is answered with no, and why. The text reaches the caller: it names the value,
 * what was expected and what to do.
 */
public class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String code;
  private final String advice;

  /**
   * @param code for programs, in kebab case: {@code deployment-in-progress}
   * @param detail what is wrong with this request
   * @param advice what the caller can do about it
   */
  public Refusal(HttpStatus status, String code, String detail, String advice) {
    super(detail);
    this.status = status;
    this.code = code;
    this.advice = advice;
  }

  public HttpStatus status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return Objects.requireNonNull(getMessage());
  }

  public String advice() {
    return advice;
  }

  /** {@code unknown application orders}: 404. */
  public static Refusal unknown(String kind, Object subject, String advice) {
    return new Refusal(
        HttpStatus.NOT_FOUND,
        "unknown-" + kind.replace(' ', '-'),
        "unknown %s %s".formatted(kind, subject),
        advice);
  }
}
