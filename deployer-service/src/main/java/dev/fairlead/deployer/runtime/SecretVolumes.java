package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.fairlead.events.Place;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Secret variables as files on a volume, one an instance, so that they stand in no container's
 * configuration, where {@code docker inspect} shows them to all who may use the engine. They travel
 * over the engine's own connection, so that it may be on another host. On that host root alone can
 * read the volume; inside, files and folder belong to root, which the instance never is: it reads
 * them and cannot change them.
 */
final class SecretVolumes {

  /** Where an instance finds them. */
  static final String INSIDE = "/run/secrets";

  private static final int READABLE = 0100444;

  private final Engine engine;

  SecretVolumes(Engine engine) {
    this.engine = engine;
  }

  static boolean needed(InstanceSpec spec) {
    return spec.environment().values().stream().anyMatch(Variable::secret);
  }

  /** Makes the empty volume that is to be mounted. */
  String create(InstanceSpec spec) {
    String name = nameOf(spec.id());
    engine.ask(
        "make a volume for the secrets of instance " + spec.id(),
        () ->
            engine
                .client()
                .createVolumeCmd()
                .withName(name)
                .withLabels(
                    Map.of(
                        Labels.RUNTIME,
                        engine.installation(),
                        Labels.INSTANCE,
                        spec.id().value(),
                        Labels.APPLICATION,
                        spec.place().application().value(),
                        Labels.ENVIRONMENT,
                        spec.place().environment().value()))
                .exec());
    return name;
  }

  /**
   * Puts the secrets in.
   *
   * @param container has the volume mounted, and was not started yet
   */
  void fill(String container, InstanceSpec spec) {
    byte[] archive = archive(spec.environment());
    engine.ask(
        "hand the secrets to instance " + spec.id(),
        () ->
            engine
                .client()
                .copyArchiveToContainerCmd(container)
                .withRemotePath(INSIDE)
                .withTarInputStream(new ByteArrayInputStream(archive))
                .exec());
  }

  /** Fine also when there is none. Not while the instance is there. */
  void delete(InstanceId id) {
    engine.ask(
        "remove the secrets of instance " + id,
        () -> {
          try {
            engine.client().removeVolumeCmd(nameOf(id)).exec();
            return true;
          } catch (NotFoundException goneAlready) {
            return false;
          }
        });
  }

  /**
   * Removes those of a place without instances: what a crash between a volume and its container
   * left. Not while an instance is being created.
   */
  void leave(Place place) {
    engine
        .ask(
            "list the secrets of " + place,
            () ->
                engine
                    .client()
                    .listVolumesCmd()
                    .withFilter("label", List.of(Labels.RUNTIME + "=" + engine.installation()))
                    .exec()
                    .getVolumes())
        .stream()
        .map(InspectVolumeResponse::getLabels)
        .filter(labels -> Labels.isOf(labels, place))
        .map(labels -> new InstanceId(String.valueOf(labels.get(Labels.INSTANCE))))
        .forEach(this::delete);
  }

  static String nameOf(InstanceId id) {
    return "fairlead-%s-secrets".formatted(id);
  }

  private static byte[] archive(Map<String, Variable> environment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, Variable> variable : new TreeMap<>(environment).entrySet()) {
        if (variable.getValue().secret()) {
          byte[] value = variable.getValue().value().getBytes(StandardCharsets.UTF_8);
          TarArchiveEntry entry = new TarArchiveEntry(name(variable.getKey()));
          entry.setMode(READABLE);
          entry.setSize(value.length);
          tar.putArchiveEntry(entry);
          tar.write(value);
          tar.closeArchiveEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written to", e);
    }
    return bytes.toByteArray();
  }

  private static String name(String variable) {
    if (variable.contains("/")) {
      throw new RuntimeFailure(
          "the secret variable %s cannot be a file's name; rename it".formatted(variable));
    }
    return variable;
  }
}
