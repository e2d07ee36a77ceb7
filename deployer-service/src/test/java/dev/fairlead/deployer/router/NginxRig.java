package dev.fairlead.deployer.router;

import dev.fairlead.deployer.router.nginx.Nginx;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real nginx, set up as {@code docs/routers.md} says. */
public final class NginxRig extends InstalledRig {

  private static final String OPERATORS =
      """
      daemon off;
      worker_processes 2;
      pid %1$s/nginx.pid;
      error_log %1$s/error.log;
      events { worker_connections 8192; }
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        include %2$s/http.conf;
        server {
          listen 127.0.0.1:%3$d;
      %4$s
        }
      }
      """;

  private final Path folder;
  private final int port = Ports.free();
  private final String status = "127.0.0.1:" + Ports.free();
  private final Installed nginx;

  public NginxRig(Path folder) throws IOException {
    this.folder = folder;
    Nginx.of(settings(), Clock.systemUTC()); // writes the first files
    Files.writeString(
        folder.resolve("nginx.conf"),
        OPERATORS.formatted(
            folder,
            generated(),
            port,
            Documented.block("nginx", "location /")
                .replace("/etc/nginx/fairlead", generated().toString())));
    nginx = new Installed(command(), folder, port);
  }

  @Override
  Proxy proxy() {
    return Nginx.of(settings(), Clock.systemUTC());
  }

  @Override
  Installed process() {
    return nginx;
  }

  NginxSettings settings() {
    return new NginxSettings(
        generated(),
        new ProxyCommand(command("-t", "-q")),
        new ProxyCommand(command("-s", "reload")),
        status,
        folder.resolve("nginx.pid"),
        Optional.of(folder.resolve("requests.log")),
        false,
        Duration.ofSeconds(10));
  }

  @Override
  public List<String> properties() {
    NginxSettings settings = settings();
    return List.of(
        "--fairlead.deployer.nginx.folder=" + settings.folder(),
        "--fairlead.deployer.nginx.check=" + String.join(",", settings.check().words()),
        "--fairlead.deployer.nginx.reload=" + String.join(",", settings.reload().words()),
        "--fairlead.deployer.nginx.status=" + settings.status(),
        "--fairlead.deployer.nginx.pid=" + settings.pidFile(),
        "--fairlead.deployer.nginx.log=" + settings.log().orElseThrow());
  }

  @Override
  public URI traffic() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  Path generated() {
    return folder.resolve("fairlead");
  }

  private List<String> command(String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Neighbours.find("nginx").orElseThrow().toString(),
                "-p",
                folder.toString(),
                "-c",
                folder.resolve("nginx.conf").toString()));
    command.addAll(List.of(options));
    return command;
  }
}
