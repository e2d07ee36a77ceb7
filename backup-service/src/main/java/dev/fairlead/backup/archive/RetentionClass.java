package dev.fairlead.backup.archive;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a backup was made for, known when it is made and never changed. Which generation it is in is
 * no such thing: that follows from its date and its neighbours, in every round anew.
 */
public enum RetentionClass {
  /** Its turn came: one of a row, of which the rules of a store keep some. */
  @JsonProperty("scheduled")
  SCHEDULED,
  /**
   * Before a release: pinned until the next one has succeeded, and then kept for going back further
   * as {@code keep-releases} says.
   */
  @JsonProperty("release")
  RELEASE,
  /** Somebody asked for it. */
  @JsonProperty("on-demand")
  ON_DEMAND;

  /**
   * As a manifest names it; empty for one that only a later version knows.
   *
   * @param name absent where an older manifest does not say it
   */
  public static Optional<RetentionClass> of(@Nullable String name) {
    return Stream.of(values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name))
        .findFirst();
  }
}
