package dev.fairlead.cli.service;

import java.util.Locale;

/** A service of the suite that has a REST API. */
public enum Service {
  CONSOLE(7100),
  DEPLOYER(7101),
  BACKUP(7102),
  HEALTH(7103),
  ALERT(7104),
  ADR(7105),
  EDGE(7181);

  private final int port;

  Service(int port) {
    this.port = port;
  }

  public int port() {
    return port;
  }

  /** As users write it: {@code deployer}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The environment variable that says where it is: {@code FAIRLEAD_DEPLOYER_URL}. */
  public String addressVariable() {
    return "FAIRLEAD_" + name() + "_URL";
  }
}
