package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The data of an event as JSON: absent fields are left out, unknown ones ignored. */
public final class EventJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private EventJson() {}

  public static byte[] write(Event event) {
    return MAPPER.writeValueAsBytes(event);
  }

  /**
   * The event that the JSON is.
   *
   * @throws InvalidEvent when it is no JSON, a required field is missing, or a value breaks its
   *     type's rule
   */
  public static <E extends Event> E read(byte[] json, Class<E> type) {
    E event = parsed(json, type);
    RequiredFields.check(event);
    return event;
  }

  private static <E extends Event> E parsed(byte[] json, Class<E> type) {
    try {
      E event = MAPPER.readValue(json, type);
      if (event == null) {
        throw new InvalidEvent("%s: the data is null".formatted(EventTypes.nameOf(type)));
      }
      return event;
    } catch (JacksonException e) {
      throw new InvalidEvent(
          "%s: %s%s"
              .formatted(EventTypes.nameOf(type), e.getOriginalMessage(), at(e.getPathReference())),
          e);
    }
  }

  private static String at(String path) {
    int bracket = path.indexOf('[');
    return path.isEmpty() || bracket < 0 ? "" : " (at " + path.substring(bracket) + ")";
  }
}
