package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.rollout.Strategy;

/** {@code strategy}: in which order instances are replaced. */
final class StrategyReader {

  private StrategyReader() {}

  static Strategy read(Section section) {
    Strategy strategy;
    if (section.has("blue-green")) {
      section.oneOf("rolling", "blue-green");
      section.section("blue-green").end();
      strategy = new Strategy.BlueGreen();
    } else {
      Section rolling = section.section("rolling");
      strategy = new Strategy.Rolling(rolling.or("batch", Scalars.number(1, 100), 1));
      rolling.end();
    }
    section.end();
    return strategy;
  }
}
