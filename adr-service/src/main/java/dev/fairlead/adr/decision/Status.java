package dev.fairlead.adr.decision;

import dev.fairlead.events.DecisionEvent.DecisionStatus;
import java.util.Locale;
import java.util.Optional;

/** The words of a status, and which may follow which. */
public final class Status {

  private Status() {}

  /** As written in a header, in any case: ACCEPTED. */
  public static Optional<DecisionStatus> written(String text) {
    for (DecisionStatus status : DecisionStatus.values()) {
      if (status.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /** A decision is made once: from proposed on there is no way back. */
  public static boolean mayBecome(DecisionStatus now, DecisionStatus next) {
    return switch (now) {
      case PROPOSED -> next == DecisionStatus.ACCEPTED || next == DecisionStatus.REJECTED;
      case ACCEPTED -> next == DecisionStatus.SUPERSEDED || next == DecisionStatus.DEPRECATED;
      case SUPERSEDED, DEPRECATED, REJECTED -> false;
    };
  }

  /** Whether its content may still be written. */
  public static boolean open(DecisionStatus status) {
    return status == DecisionStatus.PROPOSED;
  }
}
