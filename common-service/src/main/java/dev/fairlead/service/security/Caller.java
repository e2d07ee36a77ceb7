package dev.fairlead.service.security;

import dev.fairlead.events.Actor;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who sent the request in hand.
 *
 * @param roles with what they imply: an admin has all of them, everyone is a viewer
 */
public record Caller(Actor actor, Set<Role> roles) {

  static final String ATTRIBUTE = Caller.class.getName();

  public Caller {
    roles = Set.copyOf(Role.withImplied(roles));
  }

  /**
   * Who sent the request that is being answered.
   *
   * @throws IllegalStateException outside a request
   */
  public static Caller current() {
    return find().orElseThrow(() -> new IllegalStateException("no request, so no caller"));
  }

  /** Empty outside a request, and for one that carries no valid token. */
  public static Optional<Caller> find() {
    return SecurityContextHolder.getContext().getAuthentication()
            instanceof TokenAuthentication authentication
        ? Optional.of(authentication.getPrincipal())
        : Optional.empty();
  }

  /** Who sent this request; also known outside the security filters. */
  public static Optional<Caller> of(HttpServletRequest request) {
    return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }
}
