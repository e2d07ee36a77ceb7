package dev.fairlead.deployer;

import dev.fairlead.events.SecretReference;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What an operator may choose, below {@code fairlead.deployer}.
 *
 * @param home folder for archives and for the state of processes; several deployers share it
 * @param leastDiskFree with less room no deployment begins
 * @param migrationLockTimeout how long a migration waits for a lock before it gives up
 * @param docker address of the Docker Engine beside the deployer
 * @param dockerHosts engines of other hosts, by the names that manifests call them by
 * @param artifactGrace what no release needs is removed when nobody has looked at it for so long
 * @param keepDeployments of what was asked for since then no record is forgotten; at least a day
 * @param upkeep how often instances of what serves are looked after
 * @param longestProcessLog what a plain process has written is cut beyond it; at least 1 MB
 * @param manifests what they may name of the deployer's host
 * @param haproxy present where environments may choose {@code router: haproxy}
 * @param nginx present where environments may choose {@code router: nginx}
 * @param traefik present where environments may choose {@code router: traefik}
 */
@Validated
@ConfigurationProperties("fairlead.deployer")
public record DeployerSettings(
    @DefaultValue(".fairlead/deployer") @NotNull Path home,
    @DefaultValue("10GB") @NotNull DataSize leastDiskFree,
    @DefaultValue("5s") @NotNull Duration migrationLockTimeout,
    @DefaultValue("unix:///var/run/docker.sock") @NotNull URI docker,
    @DefaultValue @NotNull Map<String, @Valid DockerConnection> dockerHosts,
    @DefaultValue("1h") @NotNull Duration artifactGrace,
    @DefaultValue("400d") @NotNull Duration keepDeployments,
    @DefaultValue("5s") @NotNull Duration upkeep,
    @DefaultValue("50MB") @NotNull DataSize longestProcessLog,
    @DefaultValue @Valid @NotNull Ports ports,
    @DefaultValue @Valid @NotNull Edge edge,
    @DefaultValue @Valid @NotNull Webhooks webhooks,
    @DefaultValue @Valid @NotNull Manifests manifests,
    @Valid @Nullable HaproxyConnection haproxy,
    @Valid @Nullable NginxConnection nginx,
    @Valid @Nullable TraefikConnection traefik) {

  private static final DataSize LEAST_LOG = DataSize.ofMegabytes(1);

  private static final Duration LEAST_KEPT = Duration.ofDays(1);

  public DeployerSettings {
    if (keepDeployments.compareTo(LEAST_KEPT) < 0) {
      throw new IllegalArgumentException(
          "fairlead.deployer.keep-deployments is %s; it has to be 1d or more"
              .formatted(keepDeployments));
    }
    if (longestProcessLog.compareTo(LEAST_LOG) < 0) {
      throw new IllegalArgumentException(
          "fairlead.deployer.longest-process-log is %s; it has to be 1MB or more"
              .formatted(longestProcessLog));
    }
  }

  /** The ports that plain processes are given: outside the kernel's own range. */
  public record Ports(
      @DefaultValue("20000") @Min(1024) @Max(65_535) int first,
      @DefaultValue("29999") @Min(1024) @Max(65_535) int last) {}

  /**
   * How often senders of pushes may ask.
   *
   * @param perMinute proved messages of one webhook, in any minute
   * @param unprovenPerMinute messages from one address, or one IPv6 /64, that do not prove their
   *     sender
   * @param patience until the body of a message is there; at least a second
   */
  public record Webhooks(
      @DefaultValue("60") @Min(1) @Max(100_000) int perMinute,
      @DefaultValue("30") @Min(1) @Max(100_000) int unprovenPerMinute,
      @DefaultValue("10s") @NotNull Duration patience) {

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

    public Webhooks {
      if (patience.compareTo(LEAST_PATIENCE) < 0) {
        throw new IllegalArgumentException(
            "fairlead.deployer.webhooks.patience is %s; it has to be 1s or more"
                .formatted(patience));
      }
    }
  }

  /**
   * What manifests may name of the deployer's host, below {@code fairlead.deployer.manifests}.
   *
   * @param variables of the deployer's environment, by name or by their begin and {@code *}, beside
   *     the harmless ones
   * @param secretFolders the only ones in which secrets of applications may lie; empty: anywhere
   *     but in what is closed
   * @param closed files and folders with secrets of Fairlead's own, beside those that the deployer
   *     knows by its other settings
   */
  public record Manifests(
      @DefaultValue @NotNull List<String> variables,
      @DefaultValue @NotNull List<Path> secretFolders,
      @DefaultValue @NotNull List<Path> closed) {}

  /**
   * The edge proxy.
   *
   * @param admin where the deployer commands it
   * @param traffic where clients reach it
   * @param token for commands
   * @param patience how long a proxy that does not answer is tried again
   */
  public record Edge(
      @DefaultValue("http://127.0.0.1:7181") @NotNull URI admin,
      @DefaultValue("http://127.0.0.1:7180") @NotNull URI traffic,
      @Nullable SecretReference token,
      @DefaultValue("30s") @NotNull Duration patience) {}
}
