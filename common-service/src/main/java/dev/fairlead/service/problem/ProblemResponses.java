package dev.fairlead.service.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Every failure of a request as a problem document. What is wrong is said all at once. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 100)
final class ProblemResponses extends ResponseEntityExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ProblemResponses.class);

  /** One violation: the field as the caller wrote it, and what was expected. */
  record Violation(String field, String message) {}

  @ExceptionHandler
  ResponseEntity<Object> refused(Refusal refusal, WebRequest request) {
    return answer(
        Problems.of(refusal.status(), refusal.code(), refusal.detail(), refusal.advice()), request);
  }

  @ExceptionHandler
  ResponseEntity<Object> denied(AccessDeniedException denied, WebRequest request) {
    return answer(
        Problems.of(
            HttpStatus.FORBIDDEN,
            "forbidden",
            "the token's roles do not allow this",
            "ask an administrator for the role, or somebody who has it"),
        request);
  }

  @ExceptionHandler
  ResponseEntity<Object> violated(ConstraintViolationException violated, WebRequest request) {
    return invalid(
        violated.getConstraintViolations().stream().map(ProblemResponses::violation), request);
  }

  private static Violation violation(ConstraintViolation<?> violation) {
    return new Violation(violation.getPropertyPath().toString(), violation.getMessage());
  }

  @ExceptionHandler({
    CannotCreateTransactionException.class,
    DataAccessResourceFailureException.class
  })
  ResponseEntity<Object> databaseAway(RuntimeException failure, WebRequest request) {
    log.warn("request=refused reason=\"database unreachable: {}\"", failure.toString());
    ProblemDetail problem =
        Problems.of(
            HttpStatus.SERVICE_UNAVAILABLE,
            "database-unreachable",
            "the service cannot reach its database; nothing was changed",
            "try again in a few seconds");
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, "5");
    return answer(problem, headers, request);
  }

  /** A fault of ours: the caller gets a number to ask for, the log gets the rest. */
  @ExceptionHandler
  ResponseEntity<Object> failed(Exception failure, WebRequest request) {
    String number = UUID.randomUUID().toString();
    log.error("request=failed number={}", number, failure);
    return answer(
        Problems.of(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "internal-error",
            "the service failed to answer this request",
            "look for " + number + " in the log of the service"),
        request);
  }

  @Override
  protected ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return invalid(failure.getAllErrors().stream().map(ProblemResponses::violation), request);
  }

  private static Violation violation(ObjectError error) {
    String field = error instanceof FieldError one ? one.getField() : error.getObjectName();
    return new Violation(field, messageOf(error));
  }

  @Override
  protected ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return invalid(
        failure.getParameterValidationResults().stream()
            .flatMap(
                result ->
                    result.getResolvableErrors().stream()
                        .map(
                            error ->
                                error instanceof FieldError one
                                    ? violation(one)
                                    : new Violation(
                                        Objects.requireNonNullElse(
                                            result.getMethodParameter().getParameterName(), ""),
                                        messageOf(error)))),
        request);
  }

  private static String messageOf(MessageSourceResolvable error) {
    return Objects.requireNonNullElse(error.getDefaultMessage(), "is not valid");
  }

  private ResponseEntity<Object> invalid(Stream<Violation> violations, WebRequest request) {
    List<Violation> errors =
        violations
            .sorted(Comparator.comparing(Violation::field).thenComparing(Violation::message))
            .toList();
    ProblemDetail problem =
        Problems.of(
            HttpStatus.BAD_REQUEST,
            "invalid-request",
            errors.size() == 1 ? "1 value is not valid" : errors.size() + " values are not valid",
            "correct what errors lists");
    problem.setProperty("errors", errors);
    return answer(problem, request);
  }

  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(
        Problems.of(
            HttpStatus.BAD_REQUEST,
            "unreadable-body",
            reasonOf(failure),
            "send a JSON document as the API describes it"),
        request);
  }

  private static String reasonOf(HttpMessageNotReadableException failure) {
    Throwable cause = failure.getCause();
    for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
      if (deeper instanceof IllegalArgumentException rule && rule.getMessage() != null) {
        return at(cause) + rule.getMessage();
      }
    }
    return cause instanceof JacksonException json
        ? at(json) + json.getOriginalMessage()
        : "the body is missing or is no JSON";
  }

  private static String at(@Nullable Throwable cause) {
    if (!(cause instanceof DatabindException json) || json.getPath().isEmpty()) {
      return "";
    }
    String field = json.getPath().getLast().getPropertyName();
    return field == null ? "" : field + ": ";
  }

  @Override
  protected ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String field =
        failure instanceof MethodArgumentTypeMismatchException argument
            ? argument.getName()
            : Objects.requireNonNullElse(failure.getPropertyName(), "value");
    return invalid(Stream.of(new Violation(field, reasonOf(failure))), request);
  }

  private static String reasonOf(TypeMismatchException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException rule
          && rule.getMessage() != null
          && !(cause instanceof NumberFormatException)
          && cause.getCause() == null) {
        return rule.getMessage();
      }
    }
    Class<?> expected = Objects.requireNonNullElse(failure.getRequiredType(), Object.class);
    return failure.getValue() + " is no " + expected.getSimpleName();
  }

  /** What Spring MVC itself answers: unknown path, wrong method, wrong media type. */
  @Override
  protected ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String detail =
        failure instanceof ErrorResponse error
            ? error.updateAndGetBody(getMessageSource(), request.getLocale()).getDetail()
            : null;
    HttpStatus known = HttpStatus.resolve(status.value());
    String code =
        known == null
            ? "http-" + status.value()
            : known.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
    return answer(
        Problems.of(
            status,
            code,
            Objects.requireNonNullElse(detail, failure.getClass().getSimpleName()),
            "see the description of the HTTP API"),
        headers,
        request);
  }

  private static ResponseEntity<Object> answer(ProblemDetail problem, WebRequest request) {
    return answer(problem, new HttpHeaders(), request);
  }

  private static ResponseEntity<Object> answer(
      ProblemDetail problem, HttpHeaders headers, WebRequest request) {
    Object code = Objects.requireNonNull(problem.getProperties()).get("code");
    request.setAttribute(
        ProblemWriter.CODE, Objects.requireNonNull(code), RequestAttributes.SCOPE_REQUEST);
    return ResponseEntity.status(problem.getStatus()).headers(headers).body(problem);
  }
}
