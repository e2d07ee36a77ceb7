package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import dev.fairlead.events.Place;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bridge network for each application and environment, so that containers of one cannot reach
 * those of another. Found by label; its name is for people.
 */
final class Networks {

  private static final Logger LOG = LoggerFactory.getLogger(Networks.class);

  private final DockerClient engine;
  private final String runtime;

  Networks(DockerClient engine, String runtime) {
    this.engine = engine;
    this.runtime = runtime;
  }

  /**
   * The id of the place's network, which is made if there is none. Called by one deployer at a
   * time, since the engine allows several networks of one name.
   */
  String of(Place place) {
    List<Network> known = find(place);
    if (!known.isEmpty()) {
      return known.getFirst().getId();
    }
    try {
      return engine
          .createNetworkCmd()
          .withName("fairlead-%s-%s-%s".formatted(place.application(), place.environment(), mark()))
          .withDriver("bridge")
          .withLabels(labels(place))
          .exec()
          .getId();
    } catch (DockerException e) {
      throw new RuntimeFailure(
          "the Docker Engine refused a network for %s: %s; if its address pools are used up, add some (default-address-pools in daemon.json) or remove unused networks: docker network prune"
              .formatted(place, String.valueOf(e.getMessage()).strip()),
          e);
    }
  }

  /** Removes the place's network unless somebody uses it. */
  void removeUnused(Place place) {
    for (Network network : find(place)) {
      try {
        engine.removeNetworkCmd(network.getId()).exec();
      } catch (DockerException inUse) {
        LOG.debug("network={} kept, it is in use", network.getName(), inUse);
      }
    }
  }

  private List<Network> find(Place place) {
    // The engine's own label filter takes one label only in some versions.
    Map<String, String> wanted = labels(place);
    return engine
        .listNetworksCmd()
        .withFilter("label", List.of(Labels.RUNTIME + "=" + runtime))
        .exec()
        .stream()
        .filter(network -> wanted.equals(network.getLabels()))
        .toList();
  }

  /** Tells networks of several installations on one engine apart. */
  private String mark() {
    return runtime.substring(0, 8);
  }

  private Map<String, String> labels(Place place) {
    return Map.of(
        Labels.RUNTIME,
        runtime,
        Labels.APPLICATION,
        place.application().value(),
        Labels.ENVIRONMENT,
        place.environment().value());
  }
}
