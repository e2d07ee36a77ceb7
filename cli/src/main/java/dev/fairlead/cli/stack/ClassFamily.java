package dev.fairlead.cli.stack;

import java.util.Locale;
import java.util.Optional;

/**
 * Programs whose class paths begin alike share an archive of the classes they load, and with it the
 * memory these take: what all services stand on is there once, however many of them run.
 */
enum ClassFamily {
  SERVICES("common-service"),
  KAFKA("local-stack"),
  NEIGHBOURS("local-stack"),
  EDGE("edge-proxy"),
  /** The {@code fairlead} command. */
  COMMAND("cli");

  private final String firstJar;

  ClassFamily(String firstJar) {
    this.firstJar = firstJar;
  }

  /** Empty for what is no JVM. */
  static Optional<ClassFamily> of(Member member) {
    return switch (member) {
      case POSTGRES -> Optional.empty();
      case KAFKA -> Optional.of(KAFKA);
      case NEIGHBOURS -> Optional.of(NEIGHBOURS);
      case EDGE -> Optional.of(EDGE);
      case DEPLOYER, BACKUP, HEALTH, ALERT, ADR, CONSOLE -> Optional.of(SERVICES);
    };
  }

  /** The module with whose jar the class path begins; all but the command's names its libraries. */
  String firstJar() {
    return firstJar;
  }

  String fileName() {
    return name().toLowerCase(Locale.ROOT) + ".jsa";
  }
}
