package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What HAProxy reads when it starts, so that it comes up with what its socket was told. */
final class GeneratedFiles {

  private final HaproxySettings settings;

  GeneratedFiles(HaproxySettings settings) {
    this.settings = settings;
  }

  /** HAProxy's own check sees the file before HAProxy does. */
  void write(Wanted wanted) throws InterruptedException {
    Path candidate = Durable.temporaryBeside(settings.configuration());
    try {
      Files.writeString(candidate, Configuration.render(wanted, settings.slots()));
      ProxyCommand check = settings.check().of(candidate);
      ProxyCommand.Ended ended = check.run();
      if (!ended.successful()) {
        throw new Proxy.Refused("'%s' failed: %s".formatted(check, ended.output()));
      }
      replace(wanted);
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      try {
        Files.deleteIfExists(candidate);
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }

  private void replace(Wanted wanted) throws IOException {
    Durable.write(settings.configuration(), bytes(Configuration.render(wanted, settings.slots())));
    Durable.write(settings.map(), bytes(wanted.map().file()));
  }

  /** HAProxy does not start without them. */
  void writeFirst() {
    try {
      Files.createDirectories(settings.folder());
      if (Files.notExists(settings.configuration()) || Files.notExists(settings.map())) {
        replace(new Wanted(new RoutesMap(Map.of()), Map.of()));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private RouterFailure unwritable(IOException e) {
    return new RouterFailure(
        "haproxy's files cannot be written to %s: %s; give the deployer the right to write there"
            .formatted(settings.folder(), e.getMessage()),
        e);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
