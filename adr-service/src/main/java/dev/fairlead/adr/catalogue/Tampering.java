package dev.fairlead.adr.catalogue;

import dev.fairlead.events.DecisionId;
import org.jspecify.annotations.Nullable;

/** A change of what was decided that did not come through this service. */
public record Tampering(
    Kind kind,
    @Nullable DecisionId decision,
    @Nullable String file,
    String commit,
    String author,
    String detail) {

  /** What was done. */
  public enum Kind {
    /** The content, or the header beside its status, is another than the decided one. */
    REWRITTEN,
    /** Its status was changed by a commit from outside. */
    STATUS,
    DELETED,
    UNREADABLE,
    /** The branch no longer holds a commit that was followed. */
    HISTORY
  }
}
