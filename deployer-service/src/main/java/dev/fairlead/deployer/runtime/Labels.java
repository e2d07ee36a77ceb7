package dev.fairlead.deployer.runtime;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container says about the instance it is. */
record Labels(
    InstanceId id, Place place, DeploymentId deployment, Version version, int port, int restarts) {

  static final String RUNTIME = "fairlead.runtime";
  static final String INSTANCE = "fairlead.instance";
  static final String APPLICATION = "fairlead.application";
  static final String ENVIRONMENT = "fairlead.environment";
  private static final String DEPLOYMENT = "fairlead.deployment";
  private static final String VERSION = "fairlead.version";
  private static final String PORT = "fairlead.port";
  private static final String RESTARTS = "fairlead.restarts";

  static Labels of(InstanceSpec spec, int port, int restarts) {
    return new Labels(spec.id(), spec.place(), spec.deployment(), spec.version(), port, restarts);
  }

  static Labels read(Map<String, String> labels) {
    return new Labels(
        new InstanceId(required(labels, INSTANCE)),
        Place.of(required(labels, APPLICATION), required(labels, ENVIRONMENT)),
        DeploymentId.of(required(labels, DEPLOYMENT)),
        new Version(required(labels, VERSION)),
        Integer.parseInt(required(labels, PORT)),
        Integer.parseInt(required(labels, RESTARTS)));
  }

  Map<String, String> write(String runtime) {
    Map<String, String> labels = new HashMap<>();
    labels.put(RUNTIME, runtime);
    labels.put(INSTANCE, id.value());
    labels.put(APPLICATION, place.application().value());
    labels.put(ENVIRONMENT, place.environment().value());
    labels.put(DEPLOYMENT, deployment.toString());
    labels.put(VERSION, version.value());
    labels.put(PORT, Integer.toString(port));
    labels.put(RESTARTS, Integer.toString(restarts));
    return labels;
  }

  /**
   * @param host by the name or number that is asked for
   */
  Address address(String host) {
    return new Address(host, port);
  }

  /** Whether labels name this place. */
  static boolean isOf(Map<String, String> labels, Place place) {
    return place.application().value().equals(labels.get(APPLICATION))
        && place.environment().value().equals(labels.get(ENVIRONMENT));
  }

  private static String required(Map<String, String> labels, String name) {
    @Nullable String value = labels.get(name);
    if (value == null) {
      throw new RuntimeFailure(
          "a container of Fairlead lacks its label %s; remove it by hand: docker ps -a --filter label=%s"
              .formatted(name, INSTANCE));
    }
    return value;
  }
}
