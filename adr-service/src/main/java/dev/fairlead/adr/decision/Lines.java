package dev.fairlead.adr.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text as lines that keep their ends, so that joining them gives every byte back. */
final class Lines {

  private static final Pattern LINE = Pattern.compile("[^\\n]*\\n|[^\\n]+$");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})(.*)");
  private static final Pattern HEADING =
      Pattern.compile(" {0,3}(#{1,6})(?:[ \\t]+(.*?))?[ \\t]*#*");

  private Lines() {}

  static List<String> of(String text) {
    List<String> lines = new ArrayList<>();
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      lines.add(line.group());
    }
    return lines;
  }

  static String bare(String line) {
    return line.replaceAll("\\r?\\n$", "");
  }

  /**
   * A heading outside code fences.
   *
   * @param line its index
   */
  record Heading(int line, int level, String text) {}

  /** Where fences are left open, everything to the end is code, as CommonMark has it. */
  static List<Heading> headings(List<String> lines, int from) {
    List<Heading> headings = new ArrayList<>();
    String fence = "";
    for (int i = from; i < lines.size(); i++) {
      String line = bare(lines.get(i));
      Matcher mark = FENCE.matcher(line);
      if (mark.matches()) {
        fence = next(fence, mark.group(1), mark.group(2));
      } else if (fence.isEmpty()) {
        heading(i, line, headings);
      }
    }
    return headings;
  }

  /** Whether the text ends within a code fence. */
  static boolean endsInFence(String text) {
    String fence = "";
    for (String line : of(text)) {
      Matcher mark = FENCE.matcher(bare(line));
      if (mark.matches()) {
        fence = next(fence, mark.group(1), mark.group(2));
      }
    }
    return !fence.isEmpty();
  }

  private static String next(String open, String mark, String rest) {
    if (open.isEmpty()) {
      return mark;
    }
    boolean closes = mark.charAt(0) == open.charAt(0) && mark.length() >= open.length();
    return closes && rest.isBlank() ? "" : open;
  }

  private static void heading(int line, String text, List<Heading> headings) {
    Matcher heading = HEADING.matcher(text);
    if (heading.matches()) {
      String words = heading.group(2) == null ? "" : heading.group(2).strip();
      headings.add(new Heading(line, heading.group(1).length(), words));
    }
  }
}
