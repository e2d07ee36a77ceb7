package dev.fairlead.backup.store;

import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Tells a server that lacks something, or does not let us, from one that is broken. */
final class S3Lack {

  private static final Logger log = LoggerFactory.getLogger(S3Lack.class);

  /** Bad request, forbidden, method not allowed, not implemented. */
  private static final Set<Integer> LACKING = Set.of(400, 403, 405, 501);

  private S3Lack() {}

  /**
   * @throws S3Exception when the answer says neither
   */
  static boolean hasAndWorks(BooleanSupplier request, String what) {
    try {
      return request.getAsBoolean();
    } catch (S3Exception e) {
      if (LACKING.contains(e.statusCode())) {
        log.debug("lacks={} status={}", what, e.statusCode());
        return false;
      }
      throw e;
    }
  }
}
