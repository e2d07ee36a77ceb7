package dev.fairlead.adr.lint;

/**
 * What can be wrong with a catalogue. Ids are for ever: a rule may go, its id is not given again.
 */
public enum Rule {
  TITLE("ADR001", Weight.ERROR, "the file has no title, a heading of level 1"),
  STATUS_MISSING("ADR002", Weight.ERROR, "the header has no status"),
  STATUS_UNKNOWN("ADR003", Weight.ERROR, "the status is none of the five"),
  DATE("ADR004", Weight.ERROR, "the header has no date, or none such as 2026-11-21"),
  SECTION_MISSING("ADR005", Weight.WARNING, "a section of the template is missing"),
  SECTION_EMPTY("ADR006", Weight.WARNING, "a section of the template is not written yet"),
  DECIDED_BY("ADR007", Weight.ERROR, "a decision was made, and the header does not say by whom"),
  ID_DIFFERS("ADR008", Weight.ERROR, "the header's id is not the number of the file"),
  NUMBER_TWICE("ADR009", Weight.ERROR, "two files have the same number"),
  NUMBER_MISSING("ADR010", Weight.WARNING, "a number was left out"),
  SUPERSEDED_BY_NOTHING("ADR011", Weight.ERROR, "it is superseded, and not said by what"),
  LINK_ONE_SIDED("ADR012", Weight.ERROR, "one decision names the other as superseded, not both"),
  LINK_BROKEN("ADR013", Weight.ERROR, "a link leads to a decision that is not there"),
  REVIEW_OVERDUE("ADR014", Weight.WARNING, "its review date is over"),
  INDEX_DIFFERS("ADR015", Weight.WARNING, "README.md does not list the decisions as they are"),
  UNREADABLE("ADR016", Weight.ERROR, "the file cannot be read"),
  REWRITTEN("ADR020", Weight.ERROR, "a decision was rewritten after it was made"),
  STATUS_FROM_OUTSIDE("ADR021", Weight.ERROR, "a status was changed by a commit from outside"),
  DELETED("ADR022", Weight.ERROR, "a decision was deleted"),
  HISTORY_REWRITTEN("ADR023", Weight.ERROR, "the history of the repository was rewritten");

  private final String id;
  private final Weight weight;
  private final String sentence;

  Rule(String id, Weight weight, String sentence) {
    this.id = id;
    this.weight = weight;
    this.sentence = sentence;
  }

  public String id() {
    return id;
  }

  public Weight weight() {
    return weight;
  }

  public String sentence() {
    return sentence;
  }

  /** How bad it is. */
  public enum Weight {
    ERROR,
    WARNING
  }
}
