package dev.fairlead.health.watch;

import dev.fairlead.health.HealthSettings;
import dev.fairlead.health.probe.NameServers;
import dev.fairlead.health.probe.Prober;
import dev.fairlead.health.probe.Pulse;
import dev.fairlead.health.probe.Rota;
import dev.fairlead.health.probe.Sight;
import dev.fairlead.service.secret.Secrets;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Puts the prober together. */
@Configuration
@EnableScheduling
class WatchConfiguration {

  @Bean
  Pulse pulse() {
    return new Pulse();
  }

  @Bean
  Sight sight(Pulse pulse, HealthSettings settings) {
    return new Sight(
        pulse,
        new NameServers(),
        settings.anchors().stream().map(WatchConfiguration::anchor).toList());
  }

  @Bean
  Prober prober(Secrets secrets, Sight sight, Clock clock, HealthSettings settings) {
    return new Prober(
        reference -> secrets.resolve(reference).reveal(), sight, clock, settings.mostInFlight());
  }

  @Bean
  Rota rota(Clock clock) {
    return new Rota(clock);
  }

  private static InetSocketAddress anchor(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
  }
}
