package dev.fairlead.deployer.verification;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The moments of a watch so far, and their sum, which is not added up anew after each. */
final class Ticks {

  private final List<Tick> each = new ArrayList<>();
  private Tick sum = Tick.NONE;

  void add(Tick tick) {
    each.add(tick);
    sum = sum.plus(tick);
  }

  List<Tick> each() {
    return Collections.unmodifiableList(each);
  }

  Tick sum() {
    return sum;
  }
}
