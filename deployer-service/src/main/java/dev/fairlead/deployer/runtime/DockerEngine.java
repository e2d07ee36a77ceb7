package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.fairlead.deployer.disk.Durable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a client of one Docker Engine. Nothing is asked of it yet. */
public final class DockerEngine {

  private static final Logger log = LoggerFactory.getLogger(DockerEngine.class);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** A build may be silent for as long as its slowest instruction takes. */
  private static final Duration LONG_ANSWER = Duration.ofHours(1);

  private static final String NOTE = "engine";

  private DockerEngine() {}

  /**
   * The engine beside the deployer. Its address is noted in the folder, for who stops containers
   * while the deployer is away.
   *
   * @param address such as {@code unix:///var/run/docker.sock}; empty takes {@code DOCKER_HOST} or
   *     the usual socket
   */
  public static Engine local(Optional<URI> address, Path folder) {
    Engine engine =
        Engine.of(
            HostName.LOCAL,
            connect(address),
            client(address, Optional.empty(), LONG_ANSWER),
            folder,
            Engine.Door.LOOPBACK,
            Optional.empty(),
            Optional::empty);
    note(folder.resolve(NOTE), settings(address).build().getDockerHost().toString());
    return engine;
  }

  private static void note(Path file, String address) {
    try {
      if (Files.notExists(file) || !Files.readString(file).equals(address)) {
        Durable.write(file, address.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      log.warn(
          "file={} not written, so that 'fairlead down' takes the usual engine: {}",
          file,
          e.getMessage());
    }
  }

  /**
   * The engine of another host.
   *
   * @param address such as {@code tcp://10.0.0.6:2376}
   * @param certificates taken again when they change. While there are none that can serve nothing
   *     is asked of it, and {@link Engine#ask} says why
   */
  public static Engine remote(
      HostName host, URI address, CurrentCertificates certificates, Path folder, Engine.Door door) {
    return Engine.of(
        host,
        RenewedClient.of(certificates, tls -> client(address, tls, ANSWER)),
        RenewedClient.of(certificates, tls -> client(address, tls, LONG_ANSWER)),
        folder,
        door,
        Optional.of(new Handshake(address, certificates::context)),
        certificates::trouble);
  }

  /** One that is reached through a socket, or in some other way that needs no TLS. */
  public static Engine unguarded(HostName host, URI address, Path folder, Engine.Door door) {
    return Engine.of(
        host,
        connect(Optional.of(address)),
        client(Optional.of(address), Optional.empty(), LONG_ANSWER),
        folder,
        door,
        Optional.empty(),
        Optional::empty);
  }

  /**
   * @param host such as {@code unix:///var/run/docker.sock}; empty takes {@code DOCKER_HOST} or the
   *     usual socket
   */
  public static DockerClient connect(Optional<URI> host) {
    return client(host, Optional.empty(), ANSWER);
  }

  private static DockerClient client(URI address, SSLConfig tls, Duration answer) {
    return client(Optional.of(address), Optional.of(tls), answer);
  }

  private static DockerClient client(
      Optional<URI> address, Optional<SSLConfig> tls, Duration answer) {
    DefaultDockerClientConfig.Builder settings = settings(address);
    tls.ifPresent(
        given -> settings.withDockerTlsVerify(true).withCustomSslConfig(given::getSSLContext));
    DefaultDockerClientConfig config = settings.build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .responseTimeout(answer)
            .build());
  }

  private static DefaultDockerClientConfig.Builder settings(Optional<URI> address) {
    DefaultDockerClientConfig.Builder settings =
        DefaultDockerClientConfig.createDefaultConfigBuilder();
    address.ifPresent(uri -> settings.withDockerHost(uri.toString()));
    return settings;
  }
}
