package dev.fairlead.alert.alert;

import dev.fairlead.events.Event;
import dev.fairlead.events.EventTypes;

/** What a fact means to alerts. */
public sealed interface Signal {

  /** Something is wrong. */
  record Raise(Problem problem) implements Signal {}

  /** The problem with this fingerprint is over, if there was one, with all of its parts. */
  record Clear(Fingerprint fingerprint, String reason) implements Signal {

    /** Ends what an event of this type raised about the same thing. */
    public static Clear of(Class<? extends Event> cause, Object about, String reason) {
      return new Clear(Fingerprint.of(EventTypes.nameOf(cause), about), reason);
    }
  }
}
