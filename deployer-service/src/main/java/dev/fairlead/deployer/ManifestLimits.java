package dev.fairlead.deployer;

import dev.fairlead.deployer.DeployerSettings.Manifests;
import dev.fairlead.deployer.manifest.HostValues;
import dev.fairlead.deployer.trial.Command;
import dev.fairlead.events.SecretReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What manifests may name of this host: what the operator allows, and never Fairlead's own. */
final class ManifestLimits {

  /** Harmless, and of use on the local stack; beside those that every command gets. */
  private static final Set<String> OF_THE_STACK = Set.of("FAIRLEAD_HOME", "FAIRLEAD_POSTGRES_PORT");

  private static final String FILE_REFERENCE = "secret:file:";

  private ManifestLimits() {}

  /**
   * @param tokens the file with the hashes of the API tokens
   */
  static HostValues of(DeployerSettings settings, Optional<Path> tokens) {
    Manifests chosen = settings.manifests();
    List<String> variables =
        Stream.of(Command.PASSED_ON, OF_THE_STACK, chosen.variables())
            .flatMap(names -> names.stream())
            .toList();
    List<Path> closed = new ArrayList<>(chosen.closed());
    closed.add(settings.home());
    tokens.ifPresent(closed::add);
    fileOf(settings.edge().token()).ifPresent(closed::add);
    settings.dockerHosts().values().stream()
        .map(DockerConnection::certificates)
        .filter(Objects::nonNull)
        .forEach(closed::add);
    return new HostValues(System.getenv(), variables, chosen.secretFolders(), closed);
  }

  private static Optional<Path> fileOf(@Nullable SecretReference reference) {
    return Optional.ofNullable(reference)
        .map(SecretReference::value)
        .filter(text -> text.startsWith(FILE_REFERENCE))
        .map(text -> Path.of(text.substring(FILE_REFERENCE.length())));
  }
}
