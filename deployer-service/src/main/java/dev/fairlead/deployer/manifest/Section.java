package dev.fairlead.deployer.manifest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the manifest while it is read. Every value that breaks its rule becomes a violation
 * and reading goes on with a stand-in, so that one reading finds everything; {@link #end} then
 * reports the keys nobody asked for.
 */
final class Section {

  /** A suggestion further away than this is no help. */
  private static final int CLOSE_ENOUGH = 3;

  private final String path;
  private final @Nullable String place;
  private final Yaml.Mapping mapping;
  private final Reading reading;
  private final Set<String> known = new LinkedHashSet<>();

  /** The whole document. */
  Section(Yaml.Mapping document, Reading reading) {
    this("", "", document, reading);
  }

  private Section(String path, @Nullable String place, Yaml.Mapping mapping, Reading reading) {
    this.path = path;
    this.place = place;
    this.mapping = mapping;
    this.reading = reading;
  }

  /**
   * What is found while a manifest is read.
   *
   * @param keys every key that was asked for, such as {@code databases.*.host} and {@code
   *     hooks[].name}
   */
  record Reading(List<Violation> violations, Set<String> keys) {}

  boolean has(String key) {
    ask(key);
    return mapping.entries().containsKey(key);
  }

  <T> T required(String key, Function<String, T> type, T standIn) {
    if (!has(key)) {
      violate(key, "is missing");
      return standIn;
    }
    return optional(key, type).orElse(standIn);
  }

  <T> T or(String key, Function<String, T> type, T otherwise) {
    return optional(key, type).orElse(otherwise);
  }

  /** Empty when the key is not there, and when its value is refused. */
  <T> Optional<T> optional(String key, Function<String, T> type) {
    return switch (find(key)) {
      case null -> Optional.empty();
      case Yaml.Scalar(String text, int line) -> typed(key, line, text, type);
      case Yaml other -> {
        violate(key, "expected one value, found " + other.kind());
        yield Optional.empty();
      }
    };
  }

  /** A mapping; an empty one when the key is not there. */
  Section section(String key) {
    ask(key);
    return inner(key, placeOf(key));
  }

  private Section inner(String key, @Nullable String innerPlace) {
    known.add(key);
    Yaml.Mapping inner =
        switch (mapping.entries().get(key)) {
          case null -> Yaml.Mapping.empty(mapping.line());
          case Yaml.Mapping found -> found;
          case Yaml.Scalar(String text, int line) when text.isEmpty() -> Yaml.Mapping.empty(line);
          case Yaml other -> {
            violate(key, "expected a mapping, found " + other.kind());
            yield Yaml.Mapping.empty(other.line());
          }
        };
    return new Section(pathOf(key), innerPlace, inner, reading);
  }

  /** Each key of this mapping with the section below it. */
  <T> Map<String, T> eachSection(BiFunction<String, Section, T> read) {
    Map<String, T> all = new LinkedHashMap<>();
    mapping
        .entries()
        .keySet()
        .forEach(key -> all.put(key, read.apply(key, inner(key, placeOf("*")))));
    return all;
  }

  Map<String, String> texts(String key) {
    ask(key);
    Section inner = inner(key, null);
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : inner.mapping.entries().keySet()) {
      inner.optional(name, Function.identity()).ifPresent(text -> all.put(name, text));
    }
    return all;
  }

  <T> List<T> list(String key, Function<String, T> type) {
    List<T> all = new ArrayList<>();
    for (Yaml item : items(key)) {
      if (item instanceof Yaml.Scalar(String text, int line)) {
        typed("%s[%d]".formatted(key, all.size()), line, text, type).ifPresent(all::add);
      } else {
        violate(key, "expected a list of values, found %s in it".formatted(item.kind()));
      }
    }
    return List.copyOf(all);
  }

  <T> List<T> listOfSections(String key, Function<Section, T> read) {
    List<T> all = new ArrayList<>();
    for (Yaml item : items(key)) {
      if (item instanceof Yaml.Mapping inner) {
        all.add(
            read.apply(
                new Section(
                    "%s[%d]".formatted(pathOf(key), all.size()),
                    place == null ? null : placeOf(key) + "[]",
                    inner,
                    reading)));
      } else {
        violate(key, "expected a list of mappings, found %s in it".formatted(item.kind()));
      }
    }
    return List.copyOf(all);
  }

  /** Exactly one of these keys must be there. */
  Optional<String> oneOf(String... keys) {
    List<String> present = List.of(keys).stream().filter(this::has).toList();
    if (present.size() == 1) {
      return Optional.of(present.getFirst());
    }
    violate(
        "",
        "expected exactly one of %s, found %s"
            .formatted(
                String.join(", ", keys), present.isEmpty() ? "none" : String.join(", ", present)));
    return Optional.empty();
  }

  void violate(String key, String message) {
    Yaml value = mapping.entries().get(key);
    reading
        .violations()
        .add(new Violation(pathOf(key), value == null ? mapping.line() : value.line(), message));
  }

  /** Says which keys nobody asked for, and which known one was probably meant. */
  void end() {
    mapping.entries().keySet().stream()
        .filter(key -> !known.contains(key))
        .forEach(key -> violate(key, "unknown key" + suggestionFor(key)));
  }

  private String suggestionFor(String unknown) {
    return known.stream()
        .min(Comparator.comparingInt(key -> distance(unknown, key)))
        .filter(key -> distance(unknown, key) <= CLOSE_ENOUGH)
        .map("; did you mean %s?"::formatted)
        .orElseGet(() -> known.isEmpty() ? "" : "; known are " + String.join(", ", known));
  }

  private @Nullable Yaml find(String key) {
    ask(key);
    return mapping.entries().get(key);
  }

  private List<Yaml> items(String key) {
    return switch (find(key)) {
      case null -> List.of();
      case Yaml.Listing(List<Yaml> items, int _) -> items;
      case Yaml other -> {
        violate(key, "expected a list, found " + other.kind());
        yield List.of();
      }
    };
  }

  private <T> Optional<T> typed(String key, int line, String text, Function<String, T> type) {
    try {
      return Optional.of(type.apply(text));
    } catch (IllegalArgumentException e) {
      reading.violations().add(new Violation(pathOf(key), line, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private void ask(String key) {
    known.add(key);
    String asked = placeOf(key);
    if (asked != null) {
      reading.keys().add(asked);
    }
  }

  /** Nowhere is where names are free, such as those of variables. */
  private @Nullable String placeOf(String key) {
    if (place == null) {
      return null;
    }
    return place.isEmpty() ? key : place + "." + key;
  }

  private String pathOf(String key) {
    if (key.isEmpty()) {
      return path;
    }
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Levenshtein's: how many letters to add, drop or change. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
