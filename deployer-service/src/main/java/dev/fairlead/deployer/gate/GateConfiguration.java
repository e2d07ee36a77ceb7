package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.service.secret.Secrets;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class GateConfiguration {

  @Bean
  Decisions decisions(JdbcClient database) {
    return new Decisions(database);
  }

  @Bean
  Incidents incidents(JdbcClient database) {
    return new Incidents(database);
  }

  @Bean
  Duty duty(JdbcClient database) {
    return new Duty(database);
  }

  @Bean
  Waivers waivers(JdbcClient database) {
    return new Waivers(database);
  }

  @Bean
  Gates gates(
      Runtimes runtimes,
      Engines engines,
      Routers routers,
      Artifacts artifacts,
      Secrets secrets,
      Decisions decisions,
      Incidents incidents,
      Duty duty,
      Releases releases,
      Waivers waivers,
      DeployerSettings settings,
      Clock clock) {
    return new Gates(
        List.of(
            new DeclarationChecks(secrets),
            new InfrastructureChecks(runtimes, routers, artifacts),
            new FormerHostChecks(runtimes, releases),
            new CapacityChecks(engines),
            new DiskChecks(settings.home(), engines, settings.leastDiskFree()),
            new RouterChecks(routers),
            new DecisionChecks(decisions, clock),
            new RestoredChecks(releases),
            new FreezeChecks(clock),
            new OperationalChecks(incidents, duty, clock)),
        waivers);
  }
}
