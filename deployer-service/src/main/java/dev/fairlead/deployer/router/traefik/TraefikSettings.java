package dev.fairlead.deployer.router.traefik;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where Traefik is.
 *
 * @param file that its file provider watches; it is replaced by renaming, so the provider has to
 *     watch the folder
 * @param api such as {@code http://127.0.0.1:8080}
 * @param patience how long a Traefik that does not answer, or has not read the file yet, is asked
 *     again
 */
public record TraefikSettings(Path file, URI api, Duration patience) {}
