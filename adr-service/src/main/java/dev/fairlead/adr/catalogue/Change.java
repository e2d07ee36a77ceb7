package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.events.DecisionId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of one commit, and what it says. */
final class Change {

  private final DecisionId id;
  private final String verb;
  private final String title;
  private final Map<String, DecisionDocument> documents = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /**
   * @param verb what is done to it, as the commit says
   */
  Change(DecisionId id, String verb, String title) {
    this.id = id;
    this.verb = verb;
    this.title = title;
  }

  /**
   * @param number of the decision that is written there
   */
  Change file(int number, String name, DecisionDocument document) {
    documents.put(name, document);
    numbers.put(name, number);
    return this;
  }

  DecisionId id() {
    return id;
  }

  /** Whether everything is already as it is to be. */
  boolean isNone() {
    return documents.isEmpty();
  }

  String message() {
    return title.startsWith(id.value())
        ? "%s %s".formatted(verb, title)
        : "%s %s: %s".formatted(verb, id, title);
  }

  /** What was put into it, and the page that lists all decisions as they are then. */
  Map<String, byte[]> filesWithIndex(Snapshot before, String author, LocalDate today) {
    Map<DecisionId, Decision> decisions = new TreeMap<>(Change::byNumber);
    before.known().forEach((known, one) -> decisions.put(known, one.decision()));
    Map<String, byte[]> files = new LinkedHashMap<>();
    documents.forEach(
        (name, document) -> {
          int number = numbers.getOrDefault(name, 0);
          decisions.put(Ids.id(number), Decision.of(number, name, document, author, today));
          files.put(name, document.bytes());
        });
    GitRepository.File page = before.files().get(IndexPage.FILE);
    byte[] old = page == null ? new byte[0] : before.repository().read(page);
    List<Decision> listed = new ArrayList<>(decisions.values());
    files.put(IndexPage.FILE, IndexPage.of(old, listed));
    return files;
  }

  private static int byNumber(DecisionId one, DecisionId other) {
    return Integer.compare(Ids.number(one), Ids.number(other));
  }
}
