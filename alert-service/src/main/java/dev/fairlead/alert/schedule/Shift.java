package dev.fairlead.alert.schedule;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time in which the same people are on call.
 *
 * @param people those to be asked first come first; nobody when empty
 * @param until absent when nothing changes within {@link Rota#HORIZON}
 */
record Shift(List<String> people, Instant from, @Nullable Instant until) {

  Shift {
    people = List.copyOf(people);
  }
}
