package dev.fairlead.edge.state;

import dev.fairlead.edge.routing.InvalidRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Reads fields and collects what is wrong with them, instead of stopping at the first. */
final class Fields {
  private final List<InvalidRoute.Violation> violations = new ArrayList<>();

  long number(JsonNode node, String at, String field, Optional<Long> usual, long least, long most) {
    JsonNode value = node.path(field);
    if (absent(value) && usual.isPresent()) {
      return usual.get();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      long number = value.asLong();
      if (number >= least && number <= most) {
        return number;
      }
    }
    String range = most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
    violation(at + field, "must be a whole number, " + range + ", but " + shown(value));
    return least;
  }

  String required(JsonNode node, String at, String field) {
    Optional<String> text = text(node, at, field);
    if (text.isEmpty() && absent(node.path(field))) {
      throw new IllegalArgumentException("must have the text field " + field);
    }
    return text.orElse("");
  }

  Optional<String> text(JsonNode node, String at, String field) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isString()) {
      violation(at + field, "must be a text, but " + shown(value));
      return Optional.empty();
    }
    return Optional.of(value.asString());
  }

  Iterable<JsonNode> list(JsonNode node, String at, String field) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      violation(at + field, "must be a list, but " + shown(value));
      return List.of();
    }
    return value;
  }

  /** The value, or nothing and a violation where its constructor refuses it. */
  <T> Optional<T> checked(String at, Supplier<T> value) {
    int before = violations.size();
    try {
      return Optional.of(value.get());
    } catch (IllegalArgumentException e) {
      boolean alreadyExplained = violations.size() > before;
      if (!alreadyExplained) {
        violation(at, String.valueOf(e.getMessage()));
      }
      return Optional.empty();
    }
  }

  void throwViolations() {
    if (!violations.isEmpty()) {
      throw new InvalidRoute(violations);
    }
  }

  private void violation(String field, String message) {
    violations.add(new InvalidRoute.Violation(field, message));
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "is missing" : "was " + value;
  }
}
