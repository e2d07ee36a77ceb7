package dev.fairlead.edge.admin;

import java.util.List;

/** Instances that are new to a route did not prove their health. */
final class UnhealthyNewcomers extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnhealthyNewcomers(List<String> complaints) {
    super(String.join("; ", complaints));
  }
}
