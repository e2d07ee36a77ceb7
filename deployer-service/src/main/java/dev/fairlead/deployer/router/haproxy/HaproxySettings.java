package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.ProxyCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where HAProxy is, and how to command it.
 *
 * @param socket the master's socket ({@code haproxy -W -S}), or an admin socket of a HAProxy
 *     without a master
 * @param folder for the generated files {@code fairlead.cfg} and {@code fairlead.map}
 * @param check checks the configuration with {@code {file}} as the generated part
 * @param reload if present, run instead of the master's own reload
 * @param slots how many HAProxy backends to prepare; a route needs one, while it changes two
 * @param patience how long a HAProxy that does not answer is tried again
 */
public record HaproxySettings(
    Path socket,
    Path folder,
    ProxyCommand check,
    Optional<ProxyCommand> reload,
    int slots,
    Duration patience) {

  Path configuration() {
    return folder.resolve("fairlead.cfg");
  }

  Path map() {
    return folder.resolve("fairlead.map");
  }
}
