package dev.fairlead.events;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Wire types, as in {@code dev.fairlead.deploy-requested.v1}, and the records they stand for. */
public final class EventTypes {

  private static final String PREFIX = "dev.fairlead.";
  private static final String SUFFIX = ".v1";

  private static final Map<String, Class<? extends Event>> BY_TYPE =
      permitted(Event.class)
          .collect(Collectors.toUnmodifiableMap(EventTypes::typeOf, Function.identity()));

  private EventTypes() {}

  /** Every event of the catalogue, sorted by wire type. */
  public static List<Class<? extends Event>> all() {
    return BY_TYPE.values().stream().sorted(Comparator.comparing(EventTypes::typeOf)).toList();
  }

  /** The CloudEvents {@code type}. */
  public static String typeOf(Class<? extends Event> event) {
    return PREFIX + nameOf(event) + SUFFIX;
  }

  /** The short name people use, such as {@code deploy-requested}. */
  public static String nameOf(Class<? extends Event> event) {
    return event.getAnnotation(EventName.class).value();
  }

  /** Empty for a type of a newer or a foreign producer. */
  public static Optional<Class<? extends Event>> find(String type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  @SuppressWarnings("unchecked") // what an Event permits is an Event
  private static Stream<Class<? extends Event>> permitted(Class<?> family) {
    if (!family.isSealed()) {
      return Stream.of((Class<? extends Event>) family);
    }
    return Arrays.stream(family.getPermittedSubclasses()).flatMap(EventTypes::permitted);
  }
}
