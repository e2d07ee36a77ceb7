package dev.fairlead.deployer.manifest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.springframework.util.unit.DataSize;

/** The rules of single values that several sections share; each says what it found and expects. */
final class Scalars {

  private Scalars() {}

  static <T> Function<String, T> oneOfWords(Map<String, T> words) {
    return text -> {
      T value = words.get(text);
      if (value == null) {
        throw new IllegalArgumentException(
            "found '%s', expected %s"
                .formatted(text, String.join(" or ", words.keySet().stream().sorted().toList())));
      }
      return value;
    };
  }

  /** One of the constants, written with hyphens. */
  static <E extends Enum<E>> Function<String, E> choice(E[] constants) {
    return oneOfWords(
        Arrays.stream(constants)
            .collect(
                Collectors.toMap(
                    constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    Function.identity())));
  }

  static boolean yesOrNo(String text) {
    return oneOfWords(Map.of("true", true, "false", false)).apply(text);
  }

  static Function<String, Integer> number(int least, int most) {
    return text -> {
      if (text.matches("-?\\d{1,9}")) {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw new IllegalArgumentException(
          "found '%s', expected a number from %d to %d".formatted(text, least, most));
    };
  }

  /** {@code 1%} or {@code 0.01}. */
  static double share(String text) {
    if (text.matches("\\d{1,3}(\\.\\d{1,6})?%?")) {
      double value =
          text.endsWith("%")
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (value <= 1) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "found '%s', expected a share such as 1%% or 0.01".formatted(text));
  }

  static String filledText(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    return text;
  }

  static String absolutePath(String text) {
    if (!text.startsWith("/") || text.contains(" ")) {
      throw new IllegalArgumentException(
          "found '%s', expected a path that begins with /".formatted(text));
    }
    return text;
  }

  /** Of a file in a folder that it does not leave. */
  static String pathWithin(String text) {
    if (text.isBlank() || text.startsWith("/") || List.of(text.split("/")).contains("..")) {
      throw new IllegalArgumentException(
          "found '%s', expected a path without .. in the context, such as deploy/Dockerfile"
              .formatted(text));
    }
    return text;
  }

  static String hostName(String text) {
    if (!text.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "found '%s', expected a host name such as orders.example.org".formatted(text));
    }
    return text;
  }

  /** How many times as much: {@code 1.5}. */
  static double factor(String text) {
    if (text.matches("\\d{1,3}(\\.\\d{1,3})?") && Double.parseDouble(text) >= 1) {
      return Double.parseDouble(text);
    }
    throw new IllegalArgumentException(
        "found '%s', expected a factor of at least 1, such as 1.5".formatted(text));
  }

  /** {@code 512MB}. */
  static DataSize size(String text) {
    if (!text.matches("[1-9]\\d{0,8}(KB|MB|GB)")) {
      throw new IllegalArgumentException(
          "found '%s', expected a size such as 512MB or 2GB".formatted(text));
    }
    return DataSize.parse(text);
  }

  /** How many processors: {@code 0.5}. */
  static double processors(String text) {
    if (text.matches("\\d{1,3}(\\.\\d{1,2})?") && Double.parseDouble(text) > 0) {
      return Double.parseDouble(text);
    }
    throw new IllegalArgumentException(
        "found '%s', expected a number of processors such as 0.5".formatted(text));
  }

  static String regularExpression(String text) {
    try {
      return Pattern.compile(text).pattern();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'%s' is no regular expression: %s".formatted(text, e.getDescription()), e);
    }
  }
}
