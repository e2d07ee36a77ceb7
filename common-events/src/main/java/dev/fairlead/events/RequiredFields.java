package dev.fairlead.events;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whatever is not declared {@code @Nullable} must be there; all that is missing is named at once.
 */
final class RequiredFields {

  private RequiredFields() {}

  static void check(Object root) {
    List<String> missing = new ArrayList<>();
    collect((Record) root, "", missing);
    if (!missing.isEmpty()) {
      String name = root.getClass().getAnnotation(EventName.class).value();
      throw new InvalidEvent("%s: missing %s".formatted(name, String.join(", ", missing)));
    }
  }

  private static void collect(Record node, String path, List<String> missing) {
    for (RecordComponent field : node.getClass().getRecordComponents()) {
      Object value = valueOf(node, field);
      String where = path + field.getName();
      if (value == null) {
        if (!optional(field)) {
          missing.add(where);
        }
      } else {
        descend(value, where, missing);
      }
    }
  }

  private static void descend(Object value, String where, List<String> missing) {
    switch (value) {
      case Record nested -> collect(nested, where + ".", missing);
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          item(list.get(i), "%s[%d]".formatted(where, i), missing);
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, item) -> item(item, "%s.%s".formatted(where, key), missing));
      default -> {}
    }
  }

  private static void item(@Nullable Object item, String at, List<String> missing) {
    if (item == null) {
      missing.add(at);
    } else {
      descend(item, at, missing);
    }
  }

  /** Whether the contract lets the field be absent. */
  static boolean optional(RecordComponent field) {
    return field.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static @Nullable Object valueOf(Record node, RecordComponent field) {
    try {
      return Objects.requireNonNull(field.getAccessor()).invoke(node);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessor is public: " + field, e);
    }
  }
}
