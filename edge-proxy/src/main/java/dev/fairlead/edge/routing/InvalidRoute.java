package dev.fairlead.edge.routing;

import java.util.List;

/** A definition that breaks rules: all of them, each with its field. */
public final class InvalidRoute extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * One thing that is wrong with a route.
   *
   * @param field path in the document, such as {@code instances[1].address}
   */
  public record Violation(String field, String message) implements java.io.Serializable {

    /** The same, told of one route among others. */
    public Violation within(String route) {
      return new Violation(route + "." + field, message);
    }
  }

  private final List<Violation> violations;

  public InvalidRoute(List<Violation> violations) {
    super(
        String.join(
            "; ", violations.stream().map(one -> one.field() + " " + one.message()).toList()));
    this.violations = List.copyOf(violations);
  }

  public List<Violation> violations() {
    return violations;
  }
}
