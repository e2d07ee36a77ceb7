package dev.fairlead.deployer.gate;

import java.util.List;

/** Finds out about one or several things; never changes any. */
@FunctionalInterface
interface Check {

  List<Finding> look(Candidate candidate) throws InterruptedException;
}
