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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container may do: little. It writes to {@code /tmp} only, gains no rights, answers on one
 * address only, and cannot fill the disk with its log.
 */
final class Hardening {

  /** Nobody's: what images without a user of their own run as. */
  private static final String NOBODY = "65534:65534";

  private static final String SCRATCH = "rw,noexec,nosuid,nodev,size=%d";
  private static final long NANOS = 1_000_000_000L;

  private static final Volume SECRETS = new Volume(SecretVolumes.INSIDE);

  private Hardening() {}

  /**
   * @param published where the host opens the container's port
   * @param secrets the name of a volume; writable, since the engine fills it by way of the
   *     container, but not for the container's user
   */
  static HostConfig of(
      Limits limits, int containerPort, Address published, Optional<String> secrets) {
    return HostConfig.newHostConfig()
        .withReadonlyRootfs(true)
        .withTmpFs(Map.of("/tmp", SCRATCH.formatted(limits.tmpBytes())))
        .withBinds(
            secrets.stream().map(volume -> new Bind(volume, SECRETS, AccessMode.rw)).toList())
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
