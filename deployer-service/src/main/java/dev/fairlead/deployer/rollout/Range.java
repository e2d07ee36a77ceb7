package dev.fairlead.deployer.rollout;

/** Numbers of instances, counted from 1; empty when {@code last} is before {@code first}. */
public record Range(int first, int last) {

  /** From the one after {@code from} up to {@code to}. */
  static Range between(int from, int to) {
    return new Range(from + 1, to);
  }

  public int size() {
    return last - first + 1;
  }

  boolean isEmpty() {
    return size() <= 0;
  }
}
