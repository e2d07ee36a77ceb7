package dev.fairlead.adr.lint;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Status;
import dev.fairlead.adr.decision.Template;
import dev.fairlead.adr.decision.UnreadableDecision;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the files of a catalogue and says what is wrong with them; pure. */
public final class Lint {

  private static final Pattern LINK = Pattern.compile("\\]\\(([0-9]{4,6}-[^)\\s#]+\\.md)[^)]*\\)");

  private final SortedMap<String, byte[]> files;
  private final LocalDate today;
  private final List<Finding> findings = new ArrayList<>();
  private final SortedMap<Integer, Decision> decisions = new TreeMap<>();

  private Lint(Map<String, byte[]> files, LocalDate today) {
    this.files = new TreeMap<>(files);
    this.today = today;
  }

  /**
   * @param files of the folder, by name; those that are no decisions are passed over
   */
  public static List<Finding> of(Map<String, byte[]> files, LocalDate today) {
    Lint lint = new Lint(files, today);
    lint.files.forEach(lint::file);
    lint.numbers();
    lint.decisions.values().forEach(lint::links);
    lint.findings.sort(
        Comparator.comparing((Finding finding) -> String.valueOf(finding.file()))
            .thenComparing(Finding::rule));
    return List.copyOf(lint.findings);
  }

  private void file(String name, byte[] bytes) {
    Optional<Integer> number = Ids.number(name);
    if (number.isEmpty()) {
      return;
    }
    try {
      DecisionDocument document = DecisionDocument.read(bytes);
      Decision decision = Decision.of(number.get(), name, document, "", LocalDate.MIN);
      Decision other = decisions.putIfAbsent(number.get(), decision);
      if (other != null) {
        found(Rule.NUMBER_TWICE, name, "%s has it too".formatted(other.file()));
      }
      header(decision, document);
      sections(decision, document);
      targets(decision, document);
    } catch (UnreadableDecision e) {
      found(Rule.UNREADABLE, name, String.valueOf(e.getMessage()));
    }
  }

  private void header(Decision decision, DecisionDocument document) {
    String name = decision.file();
    if (document.title().isEmpty()) {
      found(Rule.TITLE, name, "");
    }
    Optional<String> status = document.header("status");
    if (status.isEmpty()) {
      found(Rule.STATUS_MISSING, name, "");
    } else if (Status.written(status.get()).isEmpty()) {
      found(Rule.STATUS_UNKNOWN, name, "it is '%s'".formatted(status.get()));
    }
    if (Decision.date(document, "date").isEmpty()) {
      found(Rule.DATE, name, document.header("date").map("it is '%s'"::formatted).orElse(""));
    }
    if (!decision.is(DecisionStatus.PROPOSED) && decision.decidedBy() == null) {
      found(Rule.DECIDED_BY, name, "it is %s".formatted(decision.status()));
    }
    document
        .header("id")
        .filter(id -> Ids.said(id).filter(decision.id()::equals).isEmpty())
        .ifPresent(id -> found(Rule.ID_DIFFERS, name, "it says %s".formatted(id)));
    boolean stands = decision.is(DecisionStatus.ACCEPTED) || decision.is(DecisionStatus.PROPOSED);
    if (stands && decision.reviewBy() != null && decision.reviewBy().isBefore(today)) {
      found(Rule.REVIEW_OVERDUE, name, "it was due on %s".formatted(decision.reviewBy()));
    }
  }

  private void sections(Decision decision, DecisionDocument document) {
    Map<String, String> sections = document.sections();
    for (String heading : Template.SECTIONS) {
      String text = sections.get(heading);
      if (text == null) {
        found(Rule.SECTION_MISSING, decision.file(), heading);
      } else if (text.isBlank() || text.equals(Template.NOT_WRITTEN)) {
        found(Rule.SECTION_EMPTY, decision.file(), heading);
      }
    }
  }

  private void targets(Decision decision, DecisionDocument document) {
    Matcher link = LINK.matcher(document.text());
    while (link.find()) {
      if (!files.containsKey(link.group(1))) {
        found(Rule.LINK_BROKEN, decision.file(), "%s is not there".formatted(link.group(1)));
      }
    }
  }

  private void numbers() {
    int expected = 1;
    for (int number : decisions.keySet()) {
      if (number > expected) {
        String left =
            number - expected == 1
                ? "%s".formatted(Ids.id(expected))
                : "%s to %s".formatted(Ids.id(expected), Ids.id(number - 1));
        found(Rule.NUMBER_MISSING, null, left);
      }
      expected = number + 1;
    }
  }

  private void links(Decision decision) {
    if (decision.is(DecisionStatus.SUPERSEDED) && decision.supersededBy() == null) {
      found(Rule.SUPERSEDED_BY_NOTHING, decision.file(), "");
    }
    if (decision.supersededBy() != null) {
      other(decision, decision.supersededBy())
          .filter(successor -> !successor.supersedes().contains(decision.id()))
          .ifPresent(
              successor ->
                  found(
                      Rule.LINK_ONE_SIDED,
                      decision.file(),
                      "%s does not name it".formatted(successor.id())));
    }
    for (DecisionId predecessor : decision.supersedes()) {
      other(decision, predecessor)
          .filter(old -> !decision.id().equals(old.supersededBy()))
          .ifPresent(
              old ->
                  found(
                      Rule.LINK_ONE_SIDED,
                      decision.file(),
                      "%s does not name it".formatted(old.id())));
    }
  }

  private Optional<Decision> other(Decision decision, DecisionId id) {
    Optional<Decision> other = Optional.ofNullable(decisions.get(Ids.number(id)));
    if (other.isEmpty()) {
      found(Rule.LINK_BROKEN, decision.file(), "%s is not there".formatted(id));
    }
    return other;
  }

  private void found(Rule rule, @Nullable String file, String detail) {
    findings.add(new Finding(rule, file, detail));
  }
}
