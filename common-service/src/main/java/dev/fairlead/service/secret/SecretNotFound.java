package dev.fairlead.service.secret;

import dev.fairlead.events.SecretReference;

/** A reference that leads to no secret. */
public final class SecretNotFound extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SecretNotFound(SecretReference reference, String reason) {
    super("%s: %s".formatted(reference, reason));
  }
}
