package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.plan.Request;
import java.util.List;

/** Finds out about one or several things; never changes any. */
@FunctionalInterface
interface Check {

  List<Finding> look(Candidate candidate) throws InterruptedException;

  /** Whether it matters to it; most look at what a deployment brings, and a removal brings none. */
  default boolean concerns(Request request) {
    return !request.takesAway();
  }
}
