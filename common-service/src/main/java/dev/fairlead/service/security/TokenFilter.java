package dev.fairlead.service.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Makes a caller of the bearer token of a request. */
final class TokenFilter extends OncePerRequestFilter {

  private static final String SCHEME = "Bearer ";

  private final Tokens tokens;

  TokenFilter(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    tokenOf(request).flatMap(tokens::find).ifPresent(caller -> enter(request, caller));
    chain.doFilter(request, response);
  }

  private static Optional<String> tokenOf(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    return bearer
        ? Optional.of(header.substring(SCHEME.length()).strip()).filter(token -> !token.isEmpty())
        : Optional.empty();
  }

  private static void enter(HttpServletRequest request, Caller caller) {
    request.setAttribute(Caller.ATTRIBUTE, caller);
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new TokenAuthentication(caller));
    SecurityContextHolder.setContext(context);
  }

  /** A streamed answer is dispatched again, asynchronously, and must still know its caller. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }
}
