package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.router.RouteSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From shares of releases to weights of instances, as fine as a router's whole numbers allow. */
final class Weights {

  private static final int USUAL = 100;

  private Weights() {}

  /**
   * The weight of each instance of each group.
   *
   * @param sizes how many instances a group has
   * @param percents what a group is to get; a group without gets as much an instance as the others
   */
  static List<Integer> of(List<Integer> sizes, List<Optional<Integer>> percents) {
    boolean shared =
        !sizes.isEmpty()
            && percents.stream().allMatch(Optional::isPresent)
            && sizes.stream().allMatch(size -> size > 0);
    List<Double> each = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      each.add(shared ? percents.get(i).orElseThrow() / (double) sizes.get(i) : 1.0);
    }
    if (!shared) {
      return each.stream().map(_ -> USUAL).toList();
    }
    double largest = each.stream().mapToDouble(weight -> weight).max().orElseThrow();
    double smallest = each.stream().mapToDouble(weight -> weight).min().orElseThrow();
    // whole numbers are coarse where they are small: the smallest is fixed, the others follow it
    double unit = Math.max(1, Math.floor(smallest * RouteSpec.MOST_WEIGHT / largest)) / smallest;
    return each.stream()
        .map(weight -> (int) Math.min(RouteSpec.MOST_WEIGHT, Math.round(weight * unit)))
        .toList();
  }
}
