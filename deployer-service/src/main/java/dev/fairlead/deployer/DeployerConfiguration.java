package dev.fairlead.deployer;

import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.image.PullRoom;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.ConfiguredRouter;
import dev.fairlead.deployer.router.EdgeRouter;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.haproxy.Haproxy;
import dev.fairlead.deployer.router.nginx.Nginx;
import dev.fairlead.deployer.router.traefik.Traefik;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.DockerRuntime;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.PortRange;
import dev.fairlead.deployer.runtime.ProcessRuntime;
import dev.fairlead.deployer.verification.HttpVerification;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which runtimes, routers and stores this deployer works with. */
@Configuration(proxyBeanMethods = false)
class DeployerConfiguration {

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  @Bean
  Applications applications(
      JdbcClient database, DeployerSettings settings, Environment environment) {
    Optional<Path> tokens =
        Optional.ofNullable(environment.getProperty("fairlead.security.tokens-file")).map(Path::of);
    return new Applications(database, ManifestLimits.of(settings, tokens));
  }

  @Bean
  Releases releases(JdbcClient database) {
    return new Releases(database);
  }

  @Bean
  Databases databases(Secrets secrets) {
    return new Databases(secrets);
  }

  @Bean
  Migrations migrations(DeployerSettings settings) {
    return new Migrations(settings.migrationLockTimeout());
  }

  @Bean
  Engines engines(DeployerSettings settings, Clock clock) {
    Path folder = home(settings).resolve("containers");
    List<Engine> engines = new ArrayList<>();
    engines.add(DockerEngine.local(Optional.of(settings.docker()), folder));
    settings
        .dockerHosts()
        .forEach((name, connection) -> engines.add(connection.engine(name, folder, clock)));
    return new Engines(engines);
  }

  @Bean
  BuildLogs buildLogs(DeployerSettings settings) {
    return new BuildLogs(home(settings).resolve("builds/logs"));
  }

  @Bean
  Artifacts artifacts(DeployerSettings settings, Engines engines, BuildLogs logs, Clock clock) {
    Path home = home(settings);
    ImageStock images = new ImageStock(engines, new PullRoom(settings.leastDiskFree()));
    BuildContexts contexts = new BuildContexts(home.resolve("builds/contexts"));
    return new Artifacts(
        new Archives(home.resolve("archives")), images, new Builds(images, contexts, logs, clock));
  }

  @Bean
  Runtimes runtimes(DeployerSettings settings, Engines engines, Clock clock) {
    PortRange ports = new PortRange(settings.ports().first(), settings.ports().last());
    return new Runtimes(
        new ProcessRuntime(home(settings).resolve("processes"), ports, clock),
        engines.all().stream()
            .collect(Collectors.toMap(Engine::host, engine -> new DockerRuntime(engine, ports))));
  }

  @Bean
  Routers routers(DeployerSettings settings, Secrets secrets, Clock clock) {
    DeployerSettings.Edge edge = settings.edge();
    SecretReference token = edge.token();
    Map<RouterKind, Router> routers = new EnumMap<>(RouterKind.class);
    routers.put(
        RouterKind.EDGE,
        new EdgeRouter(
            edge.admin(),
            () -> token == null ? "" : secrets.resolve(token).reveal(),
            edge.patience()));
    if (settings.haproxy() != null) {
      Proxy haproxy = Haproxy.of(settings.haproxy().settings());
      routers.put(RouterKind.HAPROXY, new ConfiguredRouter(haproxy, settings.haproxy().folder()));
    }
    if (settings.nginx() != null) {
      Proxy nginx = Nginx.of(settings.nginx().settings(), clock);
      routers.put(RouterKind.NGINX, new ConfiguredRouter(nginx, settings.nginx().folder()));
    }
    if (settings.traefik() != null) {
      Path folder = settings.traefik().folder(home(settings));
      Proxy traefik = new Traefik(settings.traefik().settings());
      routers.put(RouterKind.TRAEFIK, new ConfiguredRouter(traefik, folder));
    }
    return new Routers(routers);
  }

  @Bean
  Instances instances(Runtimes runtimes, Artifacts artifacts, Secrets secrets) {
    return new Instances(runtimes, artifacts, secrets);
  }

  @Bean
  Traffic traffic(Routers routers, Instances instances) {
    return new Traffic(routers, instances);
  }

  @Bean
  HttpVerification httpVerification() {
    return new HttpVerification(BETWEEN_TRIES);
  }

  private static Path home(DeployerSettings settings) {
    try {
      return Files.createDirectories(settings.home().toAbsolutePath());
    } catch (IOException e) {
      throw new IllegalStateException(
          "fairlead.deployer.home %s cannot be created: %s"
              .formatted(settings.home(), e.getMessage()),
          e);
    }
  }
}
