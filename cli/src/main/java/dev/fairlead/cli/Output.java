package dev.fairlead.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Data on standard output; notes, progress and errors on standard error. A terminal gets no control
 * character but line ends, tabs and the colours that are chosen here: what services, logs and
 * events say may come from anybody.
 */
public final class Output {

  /**
   * Control characters but line ends and tabs, what turns the direction of writing, and halves of
   * characters.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[[\\p{Cc}&&[^\r\n\t]]\\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|\r(?!\n)");

  private static final String REPLACEMENT = "\uFFFD";

  /** Begins a colour until the line is printed. Nobody can foresee it, so nobody can write it. */
  private static final String COLOUR =
      "\uFDD0%x:".formatted(System.nanoTime() ^ System.identityHashCode(new Object()));

  private static final Pattern COLOURS = Pattern.compile(COLOUR + "[0-9]+m");

  private final Surroundings surroundings;
  private final boolean json;

  Output(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
  }

  /** Whether the user asked for JSON. */
  public boolean json() {
    return json;
  }

  /** A line of data. */
  public void line(String text) {
    surroundings.out().println(printable(text));
  }

  /** The one JSON document of this command. */
  public void document(Json document) {
    line(escaped(document));
  }

  /** The same document: what a terminal must not get is written as an escape. */
  private static String escaped(Json document) {
    return UNPRINTABLE
        .matcher(document.toString())
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(REPLACEMENT).replace(COLOUR, "\u001b[");
  }

  /** A line for the person who watches. */
  public void note(String text) {
    surroundings.err().println(printable(text));
  }

  /**
   * A line of data under its name. What has more lines is indented, so that none of them looks like
   * another field.
   */
  public void field(String name, String value) {
    line("%-11s %s".formatted(name, indented(value, 12)));
  }

  /** Its further lines begin this far from the left. */
  public static String indented(String text, int columns) {
    return String.join("\n" + " ".repeat(columns), text.lines().toList());
  }

  /** Columns as wide as their widest cell; nothing but the header when there are no rows. */
  public void table(List<String> header, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(header);
    rows.forEach(row -> all.add(row.stream().map(Output::cell).toList()));
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], visibleLength(row.get(column)));
      }
    }
    all.forEach(row -> line(padded(row, widths)));
  }

  /** An answer's elements, a row each; with {@code --json} the answer as it came. */
  public void listing(Json answer, List<String> header, Function<Json, List<String>> row) {
    if (json()) {
      document(answer);
    } else {
      table(header, answer.elements().stream().map(row).toList());
    }
  }

  /** The same; where there are none, a note says so. */
  public void listing(
      Json answer, String whenEmpty, List<String> header, Function<Json, List<String>> row) {
    if (!json() && answer.elements().isEmpty()) {
      note(whenEmpty);
    } else {
      listing(answer, header, row);
    }
  }

  private static String padded(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(row.get(column));
      line.append(" ".repeat(widths[column] - visibleLength(row.get(column)) + 2));
    }
    return line.toString().stripTrailing();
  }

  /** A row is one line, whatever is in it. */
  private static String cell(String text) {
    return text.replaceAll("[\r\n\t]+", " ");
  }

  private static int visibleLength(String cell) {
    return COLOURS.matcher(cell).replaceAll("").length();
  }

  /** An answer's members, a line each; with {@code --json} the answer as it came. */
  public void show(Json answer) {
    if (json()) {
      document(answer);
    } else {
      fields(answer);
    }
  }

  /** One object, a line for each member; lists of objects below each other. */
  public void fields(Json document) {
    int width = document.names().stream().mapToInt(String::length).max().orElse(0);
    for (String name : document.names()) {
      List<Json> elements = document.at(name).elements();
      if (elements.isEmpty()) {
        line(
            ("%-" + width + "s  %s")
                .formatted(name, indented(state(document.text(name)), width + 2))
                .stripTrailing());
      } else {
        line(name);
        elements.forEach(element -> line("  " + indented(element.asText(), 4)));
      }
    }
  }

  public String good(String text) {
    return coloured("32", text);
  }

  public String bad(String text) {
    return coloured("31", text);
  }

  public String warning(String text) {
    return coloured("33", text);
  }

  public String faint(String text) {
    return coloured("2", text);
  }

  public String strong(String text) {
    return coloured("1", text);
  }

  private String coloured(String code, String text) {
    return surroundings.colourful() ? COLOUR + code + "m" + text + COLOUR + "0m" : text;
  }

  /** Turns words that name an outcome into their colour. */
  public String state(String state) {
    return switch (state) {
      case "succeeded",
          "healthy",
          "ok",
          "up",
          "completed",
          "verified",
          "resolved",
          "accepted",
          "delivered" ->
          good(state);
      case "failed",
          "degraded",
          "down",
          "rolled-back",
          "rollback-failed",
          "rejected",
          "corrupted",
          "open",
          "firing",
          "dead",
          "given up" ->
          bad(state);
      case "awaiting-approval",
          "held",
          "restarting",
          "unknown",
          "queued",
          "cancelled",
          "acknowledged",
          "superseded",
          "deprecated" ->
          warning(state);
      default -> state;
    };
  }

  void failure(Failure failure) {
    if (json) {
      note(
          escaped(
              Json.object(
                  "error", failure.getMessage(),
                  "code", failure.code(),
                  "advice", failure.advice(),
                  "exit", (long) failure.exit().code())));
      return;
    }
    note(bad("error: ") + failure.getMessage());
    Arrays.stream(failure.advice().split("\n"))
        .filter(line -> !line.isBlank())
        .forEach(line -> note("  → " + line.strip()));
  }
}
