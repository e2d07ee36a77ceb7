package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.http.Http;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the headers and the JSON body of an answer must hold.
 *
 * @param headers from a name to a text its value must contain
 * @param fields from a JSON pointer to the text of its value; in both {@link #ANYTHING} only asks
 *     for presence
 */
public record AnswerShape(Map<String, String> headers, Map<String, String> fields) {

  public static final String ANYTHING = "*";
  public static final AnswerShape ANY = new AnswerShape(Map.of(), Map.of());

  private static final JsonMapper JSON = new JsonMapper();

  public AnswerShape {
    headers = Map.copyOf(new TreeMap<>(headers));
    fields = Map.copyOf(new TreeMap<>(fields));
  }

  /** The first demand that is not met, as the end of a sentence. */
  Optional<String> fault(Http.Answer answer) {
    return headerFault(answer).or(() -> fieldFault(answer.body()));
  }

  private Optional<String> headerFault(Http.Answer answer) {
    return headers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(demand -> headerFault(answer, demand.getKey(), demand.getValue()).stream())
        .findFirst();
  }

  private static Optional<String> headerFault(Http.Answer answer, String name, String wanted) {
    Optional<String> found = answer.headers().firstValue(name);
    if (found.isEmpty()) {
      return Optional.of("answered without the header %s".formatted(name));
    }
    return wanted.equals(ANYTHING) || found.get().contains(wanted)
        ? Optional.empty()
        : Optional.of(
            "answered with header %s: %s, expected %s".formatted(name, found.get(), wanted));
  }

  private Optional<String> fieldFault(String body) {
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(body);
      return fields.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .flatMap(demand -> fieldFault(json, demand.getKey(), demand.getValue()).stream())
          .findFirst();
    } catch (JacksonException e) {
      return Optional.of("answered no JSON");
    }
  }

  private static Optional<String> fieldFault(JsonNode json, String pointer, String wanted) {
    JsonNode found = json.at(pointer);
    if (found.isMissingNode() || found.isNull()) {
      return Optional.of("answered without the field %s".formatted(pointer));
    }
    String text = found.isValueNode() ? found.asString() : found.toString();
    return wanted.equals(ANYTHING) || text.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "answered with field %s = '%.100s', expected '%s'".formatted(pointer, text, wanted));
  }
}
