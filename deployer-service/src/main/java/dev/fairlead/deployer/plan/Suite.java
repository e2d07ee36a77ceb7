package dev.fairlead.deployer.plan;

import dev.fairlead.deployer.manifest.Verification;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A set of checks that a manifest may ask for after the traffic has moved. */
public enum Suite {
  DATABASE("ask the databases whether their data is sound"),
  SECURITY("ask every instance, without credentials, for what nobody should see"),
  LOAD("put load on the instances"),
  RESOURCES("measure what the instances use"),
  LOGS("read what the instances have logged");

  private final String description;

  Suite(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  /** The name of its step. */
  String stepName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Those that the manifest asks for, in the order in which they are run. */
  static Set<Suite> of(Verification asked) {
    Set<Suite> suites = EnumSet.noneOf(Suite.class);
    if (!asked.assertions().isEmpty()) {
      suites.add(DATABASE);
    }
    if (asked.security() != null) {
      suites.add(SECURITY);
    }
    if (asked.load() != null) {
      suites.add(LOAD);
    }
    if (asked.resources() != null) {
      suites.add(RESOURCES);
    }
    if (asked.logs() != null) {
      suites.add(LOGS);
    }
    return suites;
  }
}
