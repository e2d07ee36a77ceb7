package dev.fairlead.service.audit;

import dev.fairlead.events.Actor;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.service.problem.ProblemWriter;
import dev.fairlead.service.security.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Audits every request that would change something, also those that were denied, and what known
 * callers were not allowed to read. Nobody's readings are not, and of what nobody was refused some
 * a minute, with the number of the others: anybody could fill the trail.
 */
final class AuditFilter extends OncePerRequestFilter {

  private static final Logger log = LoggerFactory.getLogger(AuditFilter.class);

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final Actor ANONYMOUS = new Actor("anonymous");
  private static final int LONGEST_PATH = 500;
  private static final String UNTOLD = "; %d more of nobody's before it are not recorded";

  private final AuditTrail audit;
  private final OpenAudit open;
  private final Clock clock;
  private final Strangers strangers = new Strangers();

  AuditFilter(AuditTrail audit, OpenAudit open, Clock clock) {
    this.audit = audit;
    this.open = open;
    this.clock = clock;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean reading = READING.contains(request.getMethod());
    if (!reading) {
      open.open(() -> recordCommitted(request));
    }
    int status = 500;
    try {
      chain.doFilter(request, response);
      status = response.getStatus();
    } finally {
      boolean recorded = open.close();
      if (reading ? deniedToKnown(request, status) : !recorded || status >= 400) {
        recordAnswered(request, status);
      }
    }
  }

  private static boolean deniedToKnown(HttpServletRequest request, int status) {
    return outcomeOf(status) == AuditOutcome.DENIED && Caller.of(request).isPresent();
  }

  /** Of a caller who is not known, only the answer tells whether anything was allowed. */
  private boolean recordCommitted(HttpServletRequest request) {
    Optional<Caller> caller = Caller.of(request);
    if (caller.isEmpty()) {
      return false;
    }
    record(caller, request, AuditOutcome.ALLOWED, "committed");
    return true;
  }

  private void recordAnswered(HttpServletRequest request, int status) {
    Optional<Caller> caller = Caller.of(request);
    String detail = detailOf(request, status);
    if (caller.isEmpty() && status >= 400) {
      OptionalLong untold = strangers.admit(clock.instant());
      if (untold.isEmpty()) {
        return;
      }
      detail += untold.getAsLong() == 0 ? "" : UNTOLD.formatted(untold.getAsLong());
    }
    try {
      record(caller, request, outcomeOf(status), detail);
    } catch (RuntimeException e) {
      log.error(
          "audit=lost operation=\"{} {}\" actor={} status={} reason=\"{}\"",
          request.getMethod(),
          request.getRequestURI(),
          caller.map(Caller::actor).orElse(ANONYMOUS),
          status,
          e.toString());
    }
  }

  private void record(
      Optional<Caller> caller, HttpServletRequest request, AuditOutcome outcome, String detail) {
    String path = request.getRequestURI();
    audit.record(
        caller.map(Caller::actor).orElse(ANONYMOUS),
        caller.map(AuditTrail::highest).orElse("none"),
        request.getMethod() + " " + patternOf(request),
        path.substring(0, Math.min(path.length(), LONGEST_PATH)),
        outcome,
        detail,
        request.getRemoteAddr());
  }

  private static String patternOf(HttpServletRequest request) {
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    return pattern == null ? "-" : pattern.toString();
  }

  private static AuditOutcome outcomeOf(int status) {
    if (status == 401 || status == 403) {
      return AuditOutcome.DENIED;
    }
    return status >= 400 ? AuditOutcome.FAILED : AuditOutcome.ALLOWED;
  }

  private static String detailOf(HttpServletRequest request, int status) {
    Object code = request.getAttribute(ProblemWriter.CODE);
    return code == null ? "status " + status : "status " + status + ": " + code;
  }
}
