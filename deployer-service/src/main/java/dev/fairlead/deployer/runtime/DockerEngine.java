package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Opens a client of one Docker Engine. Nothing is asked of it yet. */
public final class DockerEngine {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private DockerEngine() {}

  /**
   * @param host such as {@code unix:///var/run/docker.sock}; empty takes {@code DOCKER_HOST} or the
   *     usual socket
   */
  public static DockerClient connect(Optional<URI> host) {
    DefaultDockerClientConfig.Builder settings =
        DefaultDockerClientConfig.createDefaultConfigBuilder();
    host.ifPresent(uri -> settings.withDockerHost(uri.toString()));
    DefaultDockerClientConfig config = settings.build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .responseTimeout(ANSWER)
            .build());
  }
}
