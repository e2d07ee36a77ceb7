package dev.fairlead.deployer.verification;

import java.time.Duration;
import java.util.Optional;

/**
 * A request that every instance of the release must answer as described.
 *
 * @param path begins with a slash
 * @param status the only good one
 * @param bodyContains text the body must contain, if any
 * @param shape further demands on the answer
 * @param maxLatency of the whole exchange
 * @param tries at most; the first good answer passes
 */
public record HttpCheck(
    String name,
    String path,
    int status,
    Optional<String> bodyContains,
    AnswerShape shape,
    Duration maxLatency,
    int tries) {

  public static final int DEFAULT_TRIES = 5;

  public HttpCheck {
    if (!path.startsWith("/") || tries < 1 || status < 100 || status > 599) {
      throw new IllegalArgumentException(
          "check %s is not valid; expected a path with a leading '/', a status of 100 to 599 and at least 1 try"
              .formatted(name));
    }
  }
}
