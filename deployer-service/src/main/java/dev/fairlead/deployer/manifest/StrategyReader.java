package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.rollout.Batch;
import dev.fairlead.deployer.rollout.BlueGreen;
import dev.fairlead.deployer.rollout.Canary;
import dev.fairlead.deployer.rollout.Recreate;
import dev.fairlead.deployer.rollout.Rolling;
import dev.fairlead.deployer.rollout.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code strategy}: in which order instances are replaced. */
final class StrategyReader {

  private static final Duration LONGEST_WATCH = Duration.ofDays(1);

  /** What a canary does unless the manifest says otherwise. */
  private static final List<Canary.Step> USUAL_STEPS =
      List.of(
          new Canary.Step(5, Duration.ofMinutes(2)), new Canary.Step(25, Duration.ofMinutes(2)));

  private static final String COOKIE = "fairlead-release";

  private StrategyReader() {}

  static Strategy read(Section section) {
    String kind =
        section.has("rolling")
                || section.has("blue-green")
                || section.has("canary")
                || section.has("recreate")
            ? section.oneOf("rolling", "blue-green", "canary", "recreate").orElse("rolling")
            : "rolling";
    Section inner = section.section(kind);
    Strategy strategy =
        switch (kind) {
          case "blue-green" -> new BlueGreen();
          case "canary" -> canary(inner);
          case "recreate" -> new Recreate();
          default -> new Rolling(inner.or("batch", Batch::parse, Batch.of(1)));
        };
    inner.end();
    section.end();
    return strategy;
  }

  private static Canary canary(Section section) {
    List<Canary.Step> steps =
        section.has("steps") ? section.listOfSections("steps", StrategyReader::step) : USUAL_STEPS;
    boolean sticky = section.or("sticky", Scalars::yesOrNo, true);
    try {
      return new Canary(steps, sticky ? COOKIE : null);
    } catch (IllegalArgumentException e) {
      section.violate("steps", String.valueOf(e.getMessage()));
      return new Canary(USUAL_STEPS, null);
    }
  }

  private static Canary.Step step(Section section) {
    Canary.Step step =
        new Canary.Step(
            section.required("weight", StrategyReader::percent, 1),
            section.or(
                "bake", between(Duration.ofSeconds(1), LONGEST_WATCH), Duration.ofMinutes(2)));
    section.end();
    return step;
  }

  /** A router takes whole percents. */
  private static int percent(String text) {
    Optional<Integer> percent =
        text.matches("\\d{1,2}%")
            ? Optional.of(Integer.parseInt(text.substring(0, text.length() - 1)))
            : Optional.empty();
    return percent
        .filter(number -> number > 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found '%s', expected a weight from 1%% to 99%%".formatted(text)));
  }
}
