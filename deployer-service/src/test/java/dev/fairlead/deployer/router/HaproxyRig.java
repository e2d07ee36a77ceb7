package dev.fairlead.deployer.router;

import dev.fairlead.deployer.router.haproxy.Haproxy;
import dev.fairlead.deployer.router.haproxy.HaproxySettings;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A real HAProxy, set up as {@code docs/routers.md} says. */
public final class HaproxyRig extends InstalledRig {

  private static final String OPERATORS =
      """
      global
        nbthread 2
        maxconn 2000
      defaults
        mode http
        timeout client 75s
        timeout connect 2s
        timeout server 60s
      frontend www
        bind 127.0.0.1:%d
      %s
      """;

  private final Path folder;
  private final int port = Ports.free();
  private final Path operators;
  private final Installed haproxy;

  public HaproxyRig(Path folder) throws IOException {
    this.folder = folder;
    this.operators = folder.resolve("haproxy.cfg");
    Haproxy.of(settings(4)); // writes the first files
    Files.writeString(
        operators,
        OPERATORS.formatted(
            port,
            Documented.block("haproxy", "frontend")
                .replace("/etc/haproxy/fairlead", generated().toString())));
    haproxy =
        new Installed(
            List.of(
                Neighbours.find("haproxy").orElseThrow().toString(),
                "-W",
                "-S",
                socket().toString(),
                "-f",
                operators.toString(),
                "-f",
                generated().resolve("fairlead.cfg").toString()),
            folder,
            port);
  }

  @Override
  Proxy proxy() {
    return Haproxy.of(settings(8));
  }

  @Override
  Installed process() {
    return haproxy;
  }

  HaproxySettings settings(int slots) {
    return new HaproxySettings(
        socket(),
        generated(),
        new ProxyCommand(
            List.of(
                Neighbours.find("haproxy").orElseThrow().toString(),
                "-c",
                "-f",
                operators.toString(),
                "-f",
                "{file}")),
        Optional.empty(),
        slots,
        Duration.ofSeconds(10));
  }

  @Override
  public List<String> properties() {
    HaproxySettings settings = settings(8);
    return List.of(
        "--fairlead.deployer.haproxy.socket=" + settings.socket(),
        "--fairlead.deployer.haproxy.folder=" + settings.folder(),
        "--fairlead.deployer.haproxy.check=" + String.join(",", settings.check().words()),
        "--fairlead.deployer.haproxy.slots=" + settings.slots());
  }

  @Override
  public URI traffic() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  Path generated() {
    return folder.resolve("fairlead");
  }

  private Path socket() {
    return folder.resolve("master.sock");
  }
}
