package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One holder in a file of tokens, in whichever form a person wrote it: over several lines or on
 * one.
 *
 * @param name who holds it
 * @param lines as they are in the file, with comments in front of it
 */
record TokenEntry(String name, List<String> lines) {

  private static final Pattern START = Pattern.compile("( *)- .*");

  private static final Pattern NAME = Pattern.compile("(?:^|[\\s{,])name: *[\"']?([^\\s\"',}#]+)");

  /**
   * @throws Failure when somebody is in it who is in no entry: it would be lost in the next change
   */
  static List<TokenEntry> in(List<String> file) {
    List<List<String>> entries = new ArrayList<>(List.of(new ArrayList<>()));
    List<String> comments = new ArrayList<>();
    String indent = null;
    for (String line : file) {
      if (line.strip().startsWith("#") || line.isBlank()) {
        comments.add(line);
        continue;
      }
      Matcher start = START.matcher(line);
      if (start.matches() && (indent == null || indent.equals(start.group(1)))) {
        indent = start.group(1);
        entries.add(new ArrayList<>());
      }
      entries.getLast().addAll(comments);
      comments.clear();
      entries.getLast().add(line);
    }
    entries.getLast().addAll(comments);
    requireNobody(entries.removeFirst());
    int depth = indent == null ? 0 : indent.length();
    return entries.stream().map(lines -> of(lines, depth)).toList();
  }

  private static void requireNobody(List<String> header) {
    if (header.stream().anyMatch(line -> name(line).findAny().isPresent())) {
      throw unclear(header.getLast());
    }
  }

  /** With the indentation that all have in the file, which may be another one than it was. */
  private static TokenEntry of(List<String> lines, int depth) {
    return new TokenEntry(
        lines.stream()
            .flatMap(TokenEntry::name)
            .findFirst()
            .orElseThrow(() -> unclear(lines.getLast())),
        lines.stream()
            .map(line -> "  " + line.substring(Math.min(depth, indentOf(line))))
            .map(String::stripTrailing)
            .toList());
  }

  private static int indentOf(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static Stream<String> name(String line) {
    return line.strip().startsWith("#")
        ? Stream.of()
        : NAME.matcher(line).results().map(found -> found.group(1));
  }

  private static Failure unclear(String line) {
    return new Failure(
        Exit.FAILED,
        "cannot tell whose token this is in the file of tokens: " + line.strip(),
        "begin each with a line of its own: - name: alice");
  }
}
