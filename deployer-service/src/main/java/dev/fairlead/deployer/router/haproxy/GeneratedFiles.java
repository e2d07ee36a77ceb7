package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.FullDisk;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.deployer.router.Proxy;
import dev.fairlead.deployer.router.ProxyCommand;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What HAProxy reads when it starts, so that it comes up with what its socket was told. */
final class GeneratedFiles {

  /** The configuration and the map. */
  private static final int FILES = 2;

  private static final Duration LONGEST_CHANGE = Duration.ofHours(1);

  private final HaproxySettings settings;
  private final Reserve reserve;

  GeneratedFiles(HaproxySettings settings) {
    this.settings = settings;
    this.reserve = Reserve.ofChanges(settings.folder().resolve(".reserve"), FILES);
    Durable.deleteLeftoversOf(settings.configuration(), LONGEST_CHANGE);
    Durable.deleteLeftoversOf(settings.map(), LONGEST_CHANGE);
  }

  /**
   * HAProxy's own check sees the file before HAProxy does. The files take their places when both
   * are written: one without the other would name what is not there.
   */
  void write(Wanted wanted) throws InterruptedException {
    Path candidate = Durable.temporaryBeside(settings.configuration());
    Path map = Durable.temporaryBeside(settings.map());
    try {
      reserve.write(candidate, bytes(Configuration.render(wanted, settings.slots())));
      reserve.write(map, bytes(wanted.map().file()));
      ProxyCommand check = settings.check().of(candidate);
      ProxyCommand.Ended ended = check.run();
      if (!ended.successful()) {
        throw new Proxy.Refused("'%s' failed: %s".formatted(check, ended.output()));
      }
      Durable.publish(candidate, settings.configuration());
      Durable.publish(map, settings.map());
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      Durable.discard(candidate);
      Durable.discard(map);
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
        "haproxy's files cannot be written to %s: %s; %s"
            .formatted(settings.folder(), e.getMessage(), FullDisk.remedy(e, settings.folder())),
        e);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
