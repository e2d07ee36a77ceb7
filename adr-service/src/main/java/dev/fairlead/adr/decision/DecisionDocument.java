package dev.fairlead.adr.decision;

import dev.fairlead.adr.decision.Lines.Heading;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A decision as its file has it. Reading and writing keeps every byte that is not ours: a change of
 * the header replaces that key's lines, a new status adds a line to the section Status, and nothing
 * else moves.
 */
public final class DecisionDocument {

  static final String STATUS_SECTION = "Status";

  private static final String FENCE = "---";
  private static final Pattern PLAIN_VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._/@+-]*");

  /** What would end the line, or what YAML takes only as an escape. */
  private static final Pattern NO_LINE =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\uFEFF\\uFFFE\\uFFFF]");

  private static final Pattern NUMBERED_TITLE =
      Pattern.compile("(?:ADR-)?[0-9]{1,6}\\s*[:.–—-]\\s*(.+)");

  private final List<String> lines;

  /** How many lines the front matter has, both fences included; 0 without one. */
  private final int headerLines;

  private final Map<String, Object> header;

  private DecisionDocument(List<String> lines) {
    this.lines = List.copyOf(lines);
    this.headerLines = headerLines(lines);
    this.header = header(lines, headerLines);
  }

  /**
   * @throws UnreadableDecision when it is not UTF-8, or its front matter is no YAML
   */
  public static DecisionDocument read(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new DecisionDocument(Lines.of(text));
    } catch (CharacterCodingException _) {
      throw new UnreadableDecision("it is not UTF-8");
    }
  }

  public byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  public String text() {
    return String.join("", lines);
  }

  /** A value of the header, as text; empty where there is none. */
  public Optional<String> header(String key) {
    Object value = header.get(key);
    return value instanceof String text && !text.isBlank()
        ? Optional.of(text.strip())
        : Optional.empty();
  }

  /** A list of the header; a single value is a list of one. */
  public List<String> headerList(String key) {
    return switch (header.get(key)) {
      case List<?> list -> list.stream().map(String::valueOf).map(String::strip).toList();
      case String text when !text.isBlank() -> List.of(text.strip());
      case null, default -> List.of();
    };
  }

  /** The first heading, without the number before it. */
  public Optional<String> title() {
    return Lines.headings(lines, headerLines).stream()
        .filter(heading -> heading.level() == 1)
        .map(Heading::text)
        .map(DecisionDocument::withoutNumber)
        .filter(title -> !title.isBlank())
        .findFirst();
  }

  /** The text of each section of level two, by its heading; of two alike the first. */
  public Map<String, String> sections() {
    List<Heading> headings =
        Lines.headings(lines, headerLines).stream().filter(h -> h.level() <= 2).toList();
    Map<String, String> sections = new LinkedHashMap<>();
    for (int i = 0; i < headings.size(); i++) {
      int end = i + 1 < headings.size() ? headings.get(i + 1).line() : lines.size();
      if (headings.get(i).level() == 2) {
        String text = String.join("", lines.subList(headings.get(i).line() + 1, end)).strip();
        sections.putIfAbsent(headings.get(i).text(), text);
      }
    }
    return sections;
  }

  /** What was decided: sha256 of everything but the header and the section Status. */
  public String contentHash() {
    List<String> content = new ArrayList<>(lines.subList(headerLines, lines.size()));
    statusSection()
        .ifPresent(
            span -> content.subList(span.from() - headerLines, span.to() - headerLines).clear());
    return sha256(String.join("", content));
  }

  public DecisionDocument withHeader(String key, String value) {
    return withHeaderLine(key, "%s: %s".formatted(key, quoted(value)));
  }

  public DecisionDocument withHeader(String key, List<String> values) {
    String list = String.join(", ", values.stream().map(DecisionDocument::quoted).toList());
    return withHeaderLine(key, "%s: [%s]".formatted(key, list));
  }

  /** Adds a line to the section Status, which is made where there is none. */
  public DecisionDocument withStatus(String line) {
    List<String> changed = new ArrayList<>(lines);
    Optional<Span> section = statusSection();
    if (section.isEmpty()) {
      int at = afterTitle();
      changed.addAll(at, List.of(eol(), "## " + STATUS_SECTION + eol(), eol(), line + eol()));
      return new DecisionDocument(changed);
    }
    int last = section.get().to() - 1;
    while (last >= section.get().from() && lines.get(last).isBlank()) {
      last--;
    }
    if (!lines.get(last).endsWith("\n")) {
      changed.set(last, lines.get(last) + eol());
    }
    changed.addAll(last + 1, List.of(eol(), line + eol()));
    return new DecisionDocument(changed);
  }

  private DecisionDocument withHeaderLine(String key, String line) {
    List<String> changed = new ArrayList<>(lines);
    if (headerLines == 0) {
      changed.addAll(0, List.of(FENCE + eol(), line + eol(), FENCE + eol(), eol()));
      return new DecisionDocument(changed);
    }
    Optional<Span> old = headerSpan(key);
    if (old.isPresent()) {
      changed.subList(old.get().from(), old.get().to()).clear();
      changed.add(old.get().from(), line + eol());
    } else {
      changed.add(headerLines - 1, line + eol());
    }
    return new DecisionDocument(changed);
  }

  /** From inclusive, to exclusive. */
  private record Span(int from, int to) {}

  private Optional<Span> headerSpan(String key) {
    for (int i = 1; i < headerLines - 1; i++) {
      if (lines.get(i).startsWith(key + ":")) {
        int end = i + 1;
        while (end < headerLines - 1 && lines.get(end).matches("(?s)([ \\t]|- |#).*|\\s*")) {
          end++;
        }
        return Optional.of(new Span(i, end));
      }
    }
    return Optional.empty();
  }

  private Optional<Span> statusSection() {
    List<Heading> headings = Lines.headings(lines, headerLines);
    for (int i = 0; i < headings.size(); i++) {
      Heading heading = headings.get(i);
      if (heading.level() == 2 && heading.text().equalsIgnoreCase(STATUS_SECTION)) {
        int end =
            headings.subList(i + 1, headings.size()).stream()
                .filter(next -> next.level() <= 2)
                .findFirst()
                .map(Heading::line)
                .orElse(lines.size());
        return Optional.of(new Span(heading.line(), end));
      }
    }
    return Optional.empty();
  }

  private int afterTitle() {
    return Lines.headings(lines, headerLines).stream()
        .filter(heading -> heading.level() == 1)
        .findFirst()
        .map(heading -> heading.line() + 1)
        .orElse(headerLines);
  }

  private String eol() {
    return !lines.isEmpty() && lines.getFirst().endsWith("\r\n") ? "\r\n" : "\n";
  }

  private static int headerLines(List<String> lines) {
    if (lines.isEmpty() || !Lines.bare(lines.getFirst()).equals(FENCE)) {
      return 0;
    }
    for (int i = 1; i < lines.size(); i++) {
      if (Lines.bare(lines.get(i)).equals(FENCE)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static Map<String, Object> header(List<String> lines, int headerLines) {
    if (headerLines == 0) {
      return Map.of();
    }
    Map<String, Object> header = new LinkedHashMap<>();
    try {
      Object root = textYaml().load(String.join("", lines.subList(1, headerLines - 1)));
      if (root instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> header.put(String.valueOf(key), Objects.requireNonNullElse(value, "")));
      }
      return header;
    } catch (YAMLException e) {
      throw new UnreadableDecision("its front matter is no YAML: " + e.getMessage());
    }
  }

  /** Every scalar stays the text it is: a date no date, "no" no boolean. */
  private static Yaml textYaml() {
    LoaderOptions loading = new LoaderOptions();
    loading.setAllowDuplicateKeys(false);
    DumperOptions dumping = new DumperOptions();
    return new Yaml(
        new SafeConstructor(loading),
        new Representer(dumping),
        dumping,
        loading,
        new Resolver() {
          @Override
          protected void addImplicitResolvers() {
            // None: that is the point.
          }
        });
  }

  private static String withoutNumber(String heading) {
    var numbered = NUMBERED_TITLE.matcher(heading);
    return numbered.matches() ? numbered.group(1).strip() : heading.strip();
  }

  /** A YAML scalar: plain where that is safe, else quoted as JSON is, which YAML reads alike. */
  private static String quoted(String value) {
    if (PLAIN_VALUE.matcher(value).matches() && value.equals(value.strip())) {
      return value;
    }
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
    return "\"%s\""
        .formatted(
            NO_LINE
                .matcher(escaped)
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0))));
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
