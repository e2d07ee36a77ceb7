package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Probe;
import dev.fairlead.events.ApplicationEvent;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.TargetId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What the other services are told of one environment.
 *
 * @param entrances where clients reach the routers
 */
record Announcement(EnvironmentSpec spec, Entrances entrances) {

  ApplicationApplied event() {
    return new ApplicationApplied(
        spec.place().application(),
        spec.place().environment(),
        sha256(spec.toString()),
        spec.team(),
        spec.probes().stream().map(this::target).toList(),
        spec.databases().stream().map(Announcement::database).toList(),
        spec.alertLabels());
  }

  private HealthTarget target(Probe probe) {
    Optional<Database> database =
        spec.databases().stream().filter(known -> known.key().equals(probe.at())).findFirst();
    return new HealthTarget(
        new TargetId("%s/%s".formatted(spec.place(), probe.key())),
        probe.kind(),
        switch (probe.kind()) {
          case HTTP -> httpAddress(probe);
          case TCP -> probe.at();
          case POSTGRESQL -> database.map(Database::jdbcUrl).orElse(probe.at());
        },
        probe.every().toSeconds(),
        probe.timeout().toMillis(),
        probe.status(),
        probe.body(),
        probe.query(),
        database.map(Database::username).orElse(null),
        database.map(Database::password).orElse(null),
        probe.severity(),
        probe.failures(),
        probe.within().toSeconds(),
        probe.recoverAfter());
  }

  /** A path is asked for as a client would: at the router, with the host of the route. */
  private String httpAddress(Probe probe) {
    if (!probe.belowRoute()) {
      return probe.at();
    }
    String prefix = spec.route().path().equals("/") ? "" : spec.route().path();
    return entrances.origin(spec.route()) + prefix + probe.at();
  }

  private static ApplicationEvent.Database database(Database database) {
    return new ApplicationEvent.Database(
        database.id(),
        database.host(),
        database.port(),
        database.name(),
        database.username(),
        database.password(),
        database.backup().schedule(),
        database.backup().keepDays(),
        database.backup().drill(),
        database.backup().files(),
        database.backup().warm(),
        database.backup().minimumRows());
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
