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
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** Audits every request that would change something, also those that were denied. */
final class AuditFilter extends OncePerRequestFilter {

  private static final Logger log = LoggerFactory.getLogger(AuditFilter.class);

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final Actor ANONYMOUS = new Actor("anonymous");
  private static final int LONGEST_PATH = 500;

  private final AuditTrail audit;

  AuditFilter(AuditTrail audit) {
    this.audit = audit;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return READING.contains(request.getMethod());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean answered = false;
    try {
      chain.doFilter(request, response);
      answered = true;
    } finally {
      record(Caller.of(request), request, answered ? response.getStatus() : 500);
    }
  }

  private void record(Optional<Caller> caller, HttpServletRequest request, int status) {
    String path = request.getRequestURI();
    try {
      audit.record(
          caller.map(Caller::actor).orElse(ANONYMOUS),
          caller.map(AuditTrail::highest).orElse("none"),
          request.getMethod() + " " + patternOf(request),
          path.substring(0, Math.min(path.length(), LONGEST_PATH)),
          outcomeOf(status),
          detailOf(request, status),
          request.getRemoteAddr());
    } catch (RuntimeException e) {
      log.error(
          "audit=lost operation=\"{} {}\" actor={} status={} reason=\"{}\"",
          request.getMethod(),
          path,
          caller.map(Caller::actor).orElse(ANONYMOUS),
          status,
          e.toString());
    }
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
