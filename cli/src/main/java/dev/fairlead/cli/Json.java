package dev.fairlead.cli;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value that is never null itself: what is missing is an empty value. Read with the
 * streaming parser, because a data binder would double the start-up time of every command.
 */
public final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Json MISSING = new Json(null);

  private final @Nullable Object value;

  private Json(@Nullable Object value) {
    this.value = value;
  }

  /**
   * The value that a text is.
   *
   * @throws IllegalArgumentException when the text is not one JSON value
   */
  public static Json parse(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      return new Json(read(parser));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static @Nullable Object read(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readList(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> null;
    };
  }

  private static Map<String, @Nullable Object> readObject(JsonParser parser) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, read(parser));
    }
    return object;
  }

  private static List<@Nullable Object> readList(JsonParser parser) {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(read(parser));
    }
    return list;
  }

  /** An object of alternating names and values; empty optionals and empty strings are left out. */
  public static Json object(Object... namesAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value instanceof Optional<?> optional) {
        optional.ifPresent(present -> object.put("", present));
        value = object.remove("");
      }
      if (value != null && !"".equals(value)) {
        object.put((String) namesAndValues[i], value);
      }
    }
    return new Json(object);
  }

  /** A list of values: texts, numbers, booleans, {@code Json}. */
  public static Json list(List<?> values) {
    return new Json(new ArrayList<@Nullable Object>(values));
  }

  /** The member of that name; an empty value when there is none. */
  public Json at(String name) {
    if (value instanceof Map<?, ?> object && object.get(name) instanceof Object member) {
      return member instanceof Json json ? json : new Json(member);
    }
    return MISSING;
  }

  /** The member as text, whatever its type; empty when it is missing. */
  public String text(String name) {
    return at(name).asText();
  }

  public Optional<String> find(String name) {
    return Optional.of(text(name)).filter(text -> !text.isEmpty());
  }

  /** The member as a number, 0 when it is missing or none. */
  public long number(String name) {
    return at(name).value instanceof Number number ? number.longValue() : 0;
  }

  public boolean isTrue(String name) {
    return Boolean.TRUE.equals(at(name).value);
  }

  /** This value as text: empty when it is missing, JSON when it is an object or a list. */
  public String asText() {
    return switch (value) {
      case null -> "";
      case String text -> text;
      case Map<?, ?> object -> toString();
      case List<?> list -> toString();
      default -> value.toString();
    };
  }

  /** The elements of a list, or of the list that an object wraps as its only or "items" member. */
  public List<Json> elements() {
    if (value instanceof List<?> list) {
      List<Json> elements = new ArrayList<>();
      list.forEach(
          element -> elements.add(element instanceof Json json ? json : new Json(element)));
      return elements;
    }
    if (value instanceof Map<?, ?> object) {
      return object.values().stream()
          .filter(List.class::isInstance)
          .findFirst()
          .map(list -> new Json(list).elements())
          .orElse(List.of());
    }
    return List.of();
  }

  /** The names of an object's members, in order; none for anything else. */
  public List<String> names() {
    return value instanceof Map<?, ?> object
        ? object.keySet().stream().map(String::valueOf).toList()
        : List.of();
  }

  public boolean isMissing() {
    return value == null;
  }

  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(generator, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, @Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case Json json -> write(generator, json.value);
      case Boolean flag -> generator.writeBoolean(flag);
      case Double number -> generator.writeNumber(number);
      case Number number -> generator.writeNumber(number.longValue());
      case Map<?, ?> object -> {
        generator.writeStartObject();
        object.forEach(
            (name, member) -> {
              generator.writeName(String.valueOf(name));
              write(generator, member);
            });
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        list.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      default -> generator.writeString(value.toString());
    }
  }
}
