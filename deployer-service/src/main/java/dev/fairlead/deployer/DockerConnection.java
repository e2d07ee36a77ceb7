package dev.fairlead.deployer;

import dev.fairlead.deployer.runtime.Certificates;
import dev.fairlead.deployer.runtime.CurrentCertificates;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.HostName;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Docker Engine of a host, below {@code fairlead.deployer.docker-hosts.<name>}.
 *
 * @param engine such as {@code tcp://10.0.0.6:2376}
 * @param certificates folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; required
 *     for TCP, where whoever may connect is root on the host
 * @param address by which routers and the deployer reach its containers; that of the engine when
 *     absent
 * @param publish the host's own address that ports are opened on; {@code address} when absent
 */
public record DockerConnection(
    @NotNull URI engine,
    @Nullable Path certificates,
    @Nullable String address,
    @Nullable String publish) {

  private static final Logger log = LoggerFactory.getLogger(DockerConnection.class);

  private static final String NUMBERS = "[0-9.]+|[0-9a-f:]+";

  /**
   * Certificates that have expired or cannot be read are no reason to keep the deployer from
   * starting: other hosts have good ones. Such a host is away until the files change, and says so
   * whenever it is asked.
   *
   * @param folder below which every host has one of its own
   * @throws IllegalStateException naming the setting that is wrong
   */
  Engine engine(String name, Path folder, Clock clock) {
    HostName host = new HostName(name);
    if (host.equals(HostName.LOCAL)) {
      throw wrong(name, "", "is the engine of fairlead.deployer.docker; choose another name");
    }
    requireTls(name);
    Engine.Door door = door(name);
    Path own = folder.resolve("hosts").resolve(name);
    Path given = certificates;
    if (given == null) {
      return DockerEngine.unguarded(host, engine, own, door);
    }
    CurrentCertificates current = new CurrentCertificates(new Certificates(given), clock);
    current
        .trouble()
        .ifPresent(
            why ->
                log.warn(
                    "host={} state=away reason=\"{}\" next=\"deployments to it are refused until the files change\"",
                    name,
                    why));
    return DockerEngine.remote(host, engine, current, own, door);
  }

  private void requireTls(String name) {
    boolean tcp = "tcp".equals(engine.getScheme());
    if (!tcp && !"unix".equals(engine.getScheme())) {
      throw wrong(name, ".engine", "is %s; expected tcp://host:port".formatted(engine));
    }
    if (tcp && certificates == null) {
      throw wrong(
          name,
          ".certificates",
          "is missing; name a folder with ca.pem, cert.pem and key.pem, since whoever reaches an engine without TLS is root on its host");
    }
  }

  private Engine.Door door(String name) {
    String reached = address != null ? address : engine.getHost();
    if (reached == null) {
      return Engine.Door.LOOPBACK;
    }
    String published = publish != null ? publish : reached;
    if (!published.matches(NUMBERS)) {
      throw wrong(
          name,
          ".publish",
          "is missing; %s is a name, and ports are opened on an address such as 10.0.0.6"
              .formatted(reached));
    }
    return new Engine.Door(published, reached, false);
  }

  private static IllegalStateException wrong(String name, String key, String why) {
    return new IllegalStateException(
        "fairlead.deployer.docker-hosts.%s%s %s".formatted(name, key, why));
  }
}
