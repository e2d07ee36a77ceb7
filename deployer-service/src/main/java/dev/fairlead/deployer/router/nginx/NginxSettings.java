package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.ProxyCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where nginx is, and how to command it.
 *
 * @param folder for the generated files {@code http.conf} and {@code location.conf}
 * @param check nginx's own check, such as {@code nginx -t}
 * @param reload such as {@code nginx -s reload}
 * @param status host and port of loopback on which the generated file lets nginx say what it runs
 * @param pidFile of nginx's master process
 * @param log if present, nginx writes a line about each request there, and figures are read from it
 * @param keepConnections whether clients may keep their connections. nginx breaks idle ones off
 *     when it is reloaded, and a POST that is just being sent on one is lost
 * @param patience how long an nginx that does not answer is tried again
 */
public record NginxSettings(
    Path folder,
    ProxyCommand check,
    ProxyCommand reload,
    String status,
    Path pidFile,
    Optional<Path> log,
    boolean keepConnections,
    Duration patience) {

  Path http() {
    return folder.resolve("http.conf");
  }

  Path location() {
    return folder.resolve("location.conf");
  }
}
