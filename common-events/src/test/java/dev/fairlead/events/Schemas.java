package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (2020-12) of an event, derived from its record. Additional properties stay
 * allowed: consumers must not break on a field that a newer producer adds.
 */
final class Schemas {

  private static final String BASE = "https://fairlead.dev/schemas/events/";
  private static final JsonMapper JSON = JsonMapper.shared();

  private Schemas() {}

  static ObjectNode of(Class<? extends Event> event) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("$id", BASE + EventTypes.nameOf(event) + ".v1.json");
    schema.put("title", EventTypes.typeOf(event));
    describeRecord(schema, event);
    return schema;
  }

  private static void describeRecord(ObjectNode schema, Class<?> type) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.createArrayNode();
    for (RecordComponent field : type.getRecordComponents()) {
      describe(properties.putObject(field.getName()), field.getGenericType());
      if (!RequiredFields.optional(field)) {
        required.add(field.getName());
      }
    }
    schema.set("required", required);
  }

  private static void describe(ObjectNode schema, Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (arguments.length == 1) {
        schema.put("type", "array");
        describe(schema.putObject("items"), arguments[0]);
      } else {
        schema.put("type", "object");
        describe(schema.putObject("additionalProperties"), arguments[1]);
      }
      return;
    }
    describeClass(schema, (Class<?>) type);
  }

  private static void describeClass(ObjectNode schema, Class<?> kind) {
    if (kind == String.class) {
      schema.put("type", "string");
    } else if (kind == boolean.class || kind == Boolean.class) {
      schema.put("type", "boolean");
    } else if (kind == double.class) {
      schema.put("type", "number");
    } else if (kind == int.class
        || kind == long.class
        || kind == Integer.class
        || kind == Long.class) {
      schema.put("type", "integer");
    } else if (kind == Instant.class) {
      schema.put("type", "string").put("format", "date-time");
    } else if (kind == LocalDate.class) {
      schema.put("type", "string").put("format", "date");
    } else if (kind.isEnum()) {
      describeEnum(schema, kind);
    } else if (isValueType(kind)) {
      describeValueType(schema, kind);
    } else {
      describeRecord(schema, kind);
    }
  }

  private static boolean isValueType(Class<?> kind) {
    RecordComponent[] fields = kind.getRecordComponents();
    return fields.length == 1 && fields[0].getName().equals("value");
  }

  private static void describeValueType(ObjectNode schema, Class<?> kind) {
    schema.put("type", "string");
    if (kind.getRecordComponents()[0].getType() == UUID.class) {
      schema.put("format", "uuid");
    } else {
      schema.put("pattern", "^(" + rule(kind) + ")$");
    }
  }

  private static String rule(Class<?> kind) {
    try {
      Field rule = kind.getDeclaredField("RULE");
      rule.setAccessible(true);
      return ((Pattern) rule.get(null)).pattern().replace("\\p{Cntrl}", "\\u0000-\\u001f\\u007f");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(kind + " has no RULE", e);
    }
  }

  private static void describeEnum(ObjectNode schema, Class<?> kind) {
    ArrayNode names = schema.put("type", "string").putArray("enum");
    for (Field constant : kind.getFields()) {
      if (constant.isEnumConstant()) {
        names.add(constant.getAnnotation(JsonProperty.class).value());
      }
    }
  }
}
