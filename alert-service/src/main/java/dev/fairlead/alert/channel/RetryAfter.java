package dev.fairlead.alert.channel;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header Retry-After (RFC 9110, 10.2.3): seconds, or the date of an HTTP message. */
final class RetryAfter {

  /** More digits than any wait that makes sense; longer numbers would overflow. */
  private static final Pattern SECONDS = Pattern.compile("\\d{1,8}");

  private RetryAfter() {}

  /** The earliest moment that keeps the promise, counted from when the answer arrived. */
  static Optional<Instant> parse(String header, Instant answeredAt) {
    String value = header.strip();
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(answeredAt.plusSeconds(Long.parseLong(value)));
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
