package dev.fairlead.alert.channel;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The sentences that every channel says, in one wording. */
final class Texts {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("d MMM HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Texts() {}

  /** One line: what kind of news, how urgent, what. */
  static String headline(Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    String title = bulletin.words().title();
    if (delivery.resolved()) {
      return delivery.combined() ? "[fired and resolved] " + title : "[resolved] " + title;
    }
    String severity = bulletin.severity().name().toLowerCase(Locale.ROOT);
    NoticeKind latest = delivery.notices().getLast();
    return switch (latest) {
      case FIRED -> "[%s] %s".formatted(severity, title);
      case WORSENED -> "[now %s] %s".formatted(severity, title);
      case REMINDER -> "[still %s] %s".formatted(severity, title);
      case ACKNOWLEDGED -> "[acknowledged] " + title;
      case RESOLVED -> "[resolved] " + title;
    };
  }

  /** Where, since when, how long: label and text. */
  static List<Fact> facts(Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Where", bulletin.where()));
    facts.add(new Fact("Since", moment(bulletin.since())));
    Instant resolvedAt = bulletin.resolvedAt();
    if (resolvedAt == null) {
      facts.add(new Fact("Severity", bulletin.severity().name().toLowerCase(Locale.ROOT)));
    } else {
      facts.add(new Fact("Resolved", moment(resolvedAt)));
      facts.add(new Fact("Lasted", Spans.words(bulletin.lasted(delivery.now()))));
    }
    if (bulletin.acknowledgedBy() != null) {
      facts.add(new Fact("Taken by", bulletin.acknowledgedBy().value()));
    }
    return facts;
  }

  record Fact(String name, String value) {}

  /** Why it ended, or what was seen. */
  static String story(Delivery delivery) {
    Bulletin bulletin = delivery.bulletin();
    String seen = bulletin.words().summary();
    if (!bulletin.over()) {
      return seen;
    }
    String ending =
        "Over: %s.".formatted(Objects.requireNonNullElse(bulletin.resolution(), "resolved"));
    return delivery.combined() ? "%s%n%s".formatted(seen, ending) : ending;
  }

  static String plain(Delivery delivery) {
    StringBuilder text = new StringBuilder(story(delivery)).append("\n\n");
    facts(delivery).forEach(fact -> text.append("%-9s %s%n".formatted(fact.name(), fact.value())));
    if (!delivery.bulletin().over()) {
      text.append("\nWhat to do: ").append(delivery.bulletin().words().advice()).append('\n');
    }
    if (delivery.repeated()) {
      text.append('\n').append(REPEATED).append('\n');
    }
    return text.append('\n').append(delivery.bulletin().link()).append('\n').toString();
  }

  /** Said where the vendor has no way to recognise a repetition. */
  static final String REPEATED =
      "Sent again after an interruption: you may have seen this message already.";

  /** Cut to what a vendor accepts, visibly. */
  static String fit(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }

  private static String moment(Instant instant) {
    return MOMENT.format(instant);
  }
}
