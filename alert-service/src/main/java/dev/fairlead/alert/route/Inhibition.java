package dev.fairlead.alert.route;

import java.util.List;

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
    return Matcher.all(target, candidate)
        && !Matcher.all(source, candidate)
        && Matcher.all(source, open)
        && equal.stream().allMatch(label -> candidate.get(label).equals(open.get(label)));
  }

  @Override
  public String toString() {
    return "%s inhibits %s where %s are equal".formatted(source, target, equal);
  }
}
