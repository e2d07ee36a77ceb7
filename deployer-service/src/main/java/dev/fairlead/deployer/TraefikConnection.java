package dev.fairlead.deployer;

import dev.fairlead.deployer.router.traefik.TraefikSettings;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A Traefik of this host, below {@code fairlead.deployer.traefik}; any key of it makes the router
 * known.
 *
 * @param file that Traefik's file provider reads
 * @param api where Traefik says what it has
 * @param traffic where clients reach it, for probes that have a path
 * @param patience how long a Traefik that does not answer is tried again
 */
public record TraefikConnection(
    @DefaultValue("/etc/traefik/dynamic/fairlead.yaml") @NotNull Path file,
    @DefaultValue("http://127.0.0.1:8080") @NotNull URI api,
    @Nullable URI traffic,
    @DefaultValue("30s") @NotNull Duration patience) {

  TraefikSettings settings() {
    return new TraefikSettings(file, api, patience);
  }

  /** The fences lie apart from Traefik's folder, in which it would take them for configuration. */
  Path folder(Path home) {
    return home.resolve("traefik");
  }
}
