package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container as an instance wants it: its image, its environment, its labels, and no rights. */
record NewContainer(Engine engine, InstanceSpec spec, Program.ContainerImage image, Labels labels) {

  /**
   * @param network the id of its only one
   * @param secrets the name of a volume
   * @return the container's id
   */
  String create(String network, Optional<String> secrets) {
    CreateContainerCmd create =
        engine
            .client()
            .createContainerCmd(image.digest().value())
            .withName(Containers.nameOf(spec.id()))
            .withLabels(labels.write(engine.installation()))
            .withUser(Hardening.user(user()))
            .withEnv(environment())
            .withExposedPorts(ExposedPort.tcp(image.port()))
            .withHostConfig(
                Hardening.of(
                        spec.limits(),
                        image.port(),
                        labels.address(engine.door().published()),
                        secrets)
                    .withNetworkMode(network));
    if (!image.command().isEmpty()) {
      create.withCmd(image.command());
    }
    return create.exec().getId();
  }

  private String user() {
    try {
      return Optional.ofNullable(
              engine.client().inspectImageCmd(image.digest().value()).exec().getConfig())
          .map(config -> config.getUser())
          .orElse("");
    } catch (NotFoundException e) {
      throw new RuntimeFailure(
          "%s does not have image %s (any more); build or pull it again"
              .formatted(engine, image.digest()),
          e);
    }
  }

  private List<String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", Integer.toString(image.port()));
    environment.put(Marks.INSTANCE, spec.id().value());
    environment.put(Marks.VERSION, spec.version().value());
    spec.environment()
        .forEach(
            (name, variable) -> {
              if (variable.secret()) {
                environment.putIfAbsent(name + "_FILE", SecretVolumes.INSIDE + "/" + name);
              } else {
                environment.put(name, variable.value());
              }
            });
    return environment.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }
}
