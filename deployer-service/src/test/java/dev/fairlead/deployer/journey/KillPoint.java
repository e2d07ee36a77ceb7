package dev.fairlead.deployer.journey;

import dev.fairlead.deployer.journey.Snares.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a deployment is when something is killed.
 *
 * @param step with {@link Snares#BACK} before it on the way back; or a command to the engine, as
 *     {@link HeldEngine} names it
 * @param occurrence of the command, counted from 1; 0 for a step
 */
record KillPoint(KillStory story, String step, Moment moment, int occurrence) {

  /** Steps of which there is something between nothing and all; the others only look or note. */
  private static final Pattern DIVISIBLE =
      Pattern.compile(
          "(start|stop|traffic|hold|release|migrate|tests|hook|bake|back-up|restore)(-.*)?");

  /** What another service does is asked for, and answered while the deployer is dead. */
  private static final Pattern ELSEWHERE = Pattern.compile("(back-up|restore)-.*");

  KillPoint(KillStory story, String step, Moment moment) {
    this(story, step, moment, 0);
  }

  /** The engine has carried it out, and the deployer has not heard so. */
  static KillPoint command(KillStory story, String command, int occurrence) {
    return new KillPoint(story, command, Moment.AFTER, occurrence);
  }

  /** The step of no story: such a deployment goes on undisturbed. */
  static KillPoint none(KillStory story) {
    return new KillPoint(story, "none", Moment.BEFORE);
  }

  /** Every moment of a step. */
  static List<KillPoint> of(KillStory story, String step, boolean back) {
    String prefix = back ? Snares.BACK : "";
    List<KillPoint> points = new ArrayList<>();
    for (Moment moment : Moment.values()) {
      if (happens(step, moment)) {
        points.add(new KillPoint(story, prefix + step, moment));
      }
    }
    return points;
  }

  private static boolean happens(String step, Moment moment) {
    if (moment == Moment.IN) {
      return DIVISIBLE.matcher(step).matches() && !step.equals("traffic-figures");
    }
    return !ELSEWHERE.matcher(step).matches();
  }

  boolean inMigration() {
    return step.startsWith("migrate-") && moment == Moment.IN;
  }

  boolean isCommand() {
    return occurrence > 0;
  }

  @Override
  public String toString() {
    return "%s %s %s%s"
        .formatted(
            story.version(), moment.word(), step, isCommand() ? " number " + occurrence : "");
  }
}
