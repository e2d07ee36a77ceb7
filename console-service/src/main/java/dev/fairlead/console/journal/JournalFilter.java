package dev.fairlead.console.journal;

import dev.fairlead.events.Topic;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which events a reader wants; absent means all.
 *
 * @param topic of this family only
 * @param subject about this only, or about what lies beneath it: {@code orders} matches {@code
 *     orders/production}
 * @param correlation of this deployment or incident only
 */
public record JournalFilter(
    Optional<Topic> topic, Optional<String> subject, Optional<String> correlation) {

  public static final JournalFilter ALL =
      new JournalFilter(Optional.empty(), Optional.empty(), Optional.empty());

  public static JournalFilter of(
      @Nullable Topic topic, @Nullable String subject, @Nullable String correlation) {
    return new JournalFilter(
        Optional.ofNullable(topic), Optional.ofNullable(subject), Optional.ofNullable(correlation));
  }
}
