package dev.fairlead.alert.route;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * While an alert matching {@code source} is open, alerts matching {@code target} notify nobody, if
 * both have the same values of the labels in {@code equal}.
 */
public record Inhibition(List<Matcher> source, List<Matcher> target, List<String> equal) {

  public Inhibition {
    source = List.copyOf(source);
    target = List.copyOf(target);
    equal = List.copyOf(equal);
  }

  /**
   * An alert that is source and target at once never inhibits: two such would silence each other.
   */
  public boolean mutes(Labels candidate, Labels open) {
    return mayMute(candidate)
        && isSource(open)
        && equal.stream().allMatch(label -> candidate.get(label).equals(open.get(label)));
  }

  /** Whether there can be an alert that mutes it. */
  public boolean mayMute(Labels candidate) {
    return Matcher.all(target, candidate) && !isSource(candidate);
  }

  public boolean isSource(Labels labels) {
    return Matcher.all(source, labels);
  }

  /**
   * Values without which no alert mutes the candidate. More may be needed: regular expressions,
   * negations, and labels that must be absent or empty.
   */
  public Map<String, String> requiredOfSource(Labels candidate) {
    Map<String, String> required = new TreeMap<>();
    equal.forEach(label -> required.put(label, candidate.get(label)));
    source.stream()
        .filter(matcher -> !matcher.regex() && !matcher.negated())
        .forEach(matcher -> required.put(matcher.label(), matcher.value()));
    required.values().removeIf(String::isEmpty);
    return required;
  }

  @Override
  public String toString() {
    return "%s inhibits %s where %s are equal".formatted(source, target, equal);
  }
}
