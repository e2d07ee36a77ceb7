package dev.fairlead.alert.alert;

import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.TargetId;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The labels that the rules give: target, database, application, environment, deployment. */
public final class KnownLabels {

  private KnownLabels() {}

  static Labels of(TargetId target) {
    return withPlace("target", target.value());
  }

  /** The place is stated where the target belongs to one; its name need not tell it. */
  static Labels of(
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment) {
    Labels labels = of(target);
    return application == null || environment == null
        ? labels
        : labels.with("application", application.value()).with("environment", environment.value());
  }

  public static Labels of(DatabaseId database, @Nullable DeploymentId deployment) {
    Labels labels = withPlace("database", database.value());
    return deployment == null ? labels : labels.with("deployment", deployment.toString());
  }

  static Labels of(DeploymentEvent event, DeploymentId deployment) {
    return Labels.of(
        Map.of(
            "application", event.application().value(),
            "environment", event.environment().value(),
            "deployment", deployment.toString()));
  }

  /** The word of a constant on the wire and in labels: {@code store-full}. */
  static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Targets and databases of an application begin with its place: orders/production/main. */
  private static Labels withPlace(String label, String path) {
    Map<String, String> labels = new TreeMap<>(Map.of(label, path));
    String[] parts = path.split("/", 3);
    if (parts.length == 3) {
      labels.put("application", parts[0]);
      labels.put("environment", parts[1]);
    }
    return Labels.of(labels);
  }
}
