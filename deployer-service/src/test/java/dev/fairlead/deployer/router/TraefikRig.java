package dev.fairlead.deployer.router;

import dev.fairlead.deployer.router.traefik.Traefik;
import dev.fairlead.deployer.router.traefik.TraefikSettings;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The stand-in for Traefik as a process of its own, which routes by the file that is written. */
public final class TraefikRig extends InstalledRig {

  private final Path folder;
  private final int api = Ports.free();
  private final int port = Ports.free();
  private final Installed standIn;

  public TraefikRig(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(generated());
    standIn =
        new Installed(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                TraefikStandIn.class.getName(),
                file().toString(),
                String.valueOf(api),
                String.valueOf(port)),
            folder,
            port);
  }

  private Path file() {
    return generated().resolve("fairlead.yaml");
  }

  @Override
  Proxy proxy() {
    return new Traefik(
        new TraefikSettings(file(), URI.create("http://127.0.0.1:" + api), Duration.ofSeconds(10)));
  }

  @Override
  Installed process() {
    return standIn;
  }

  @Override
  public List<String> properties() {
    return List.of(
        "--fairlead.deployer.traefik.file=" + file(),
        "--fairlead.deployer.traefik.api=http://127.0.0.1:" + api);
  }

  @Override
  public URI traffic() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  Path generated() {
    return folder.resolve("fairlead");
  }
}
