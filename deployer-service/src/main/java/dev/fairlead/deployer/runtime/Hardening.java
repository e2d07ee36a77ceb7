package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container may do: little. It writes to {@code /tmp} only, gains no rights, answers on
 * loopback only, and cannot fill the disk with its log.
 */
final class Hardening {

  /** Nobody's: what images without a user of their own run as. */
  private static final String NOBODY = "65534:65534";

  private static final String SCRATCH = "rw,noexec,nosuid,nodev,size=64m";
  private static final long NANOS = 1_000_000_000L;

  private static final Volume SECRETS = new Volume(SecretFiles.INSIDE);

  private Hardening() {}

  static HostConfig of(
      Limits limits, int containerPort, Address published, Optional<Path> secrets) {
    return HostConfig.newHostConfig()
        .withReadonlyRootfs(true)
        .withTmpFs(Map.of("/tmp", SCRATCH))
        .withBinds(
            secrets.stream()
                .map(from -> new Bind(from.toString(), SECRETS, AccessMode.ro))
                .toList())
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges"))
        .withMemory(limits.memoryBytes())
        .withMemorySwap(limits.memoryBytes())
        .withNanoCPUs((long) (limits.cpus() * NANOS))
        .withPidsLimit((long) limits.processes())
        .withPortBindings(
            new PortBinding(
                Ports.Binding.bindIpAndPort(published.host(), published.port()),
                ExposedPort.tcp(containerPort)))
        // Back after a crash or a restart of the host, with no deployer needed.
        .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
        .withLogConfig(
            new LogConfig(
                LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "3")));
  }

  /** The image's own user, unless it has none or that is root. */
  static String user(String ofImage) {
    return ofImage.isBlank() || ofImage.matches("(root|0)(:.*)?") ? NOBODY : ofImage;
  }
}
