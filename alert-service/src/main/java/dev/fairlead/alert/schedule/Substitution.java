package dev.fairlead.alert.schedule;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody answers in another's place for a while.
 *
 * @param insteadOf whose turns are taken; everybody's when absent
 * @param until when it ends; after {@code from}
 */
record Substitution(
    UUID id,
    String team,
    String person,
    @Nullable String insteadOf,
    Instant from,
    Instant until,
    String createdBy,
    String reason) {

  boolean inForce(Instant moment) {
    return !moment.isBefore(from) && moment.isBefore(until);
  }
}
