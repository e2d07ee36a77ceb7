package dev.fairlead.deployer.router;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A real proxy of this machine, set up as {@code docs/routers.md} says. */
public abstract class InstalledRig implements AutoCloseable {

  abstract Proxy proxy();

  abstract Installed process();

  /** The folder with what is generated for it. */
  abstract Path generated();

  /** The deployer's settings for it. */
  public abstract List<String> properties();

  /** Where traffic goes in. */
  public abstract URI traffic();

  public Router router() {
    return new ConfiguredRouter(proxy(), generated());
  }

  /** SIGKILL of all its processes; {@link #crash} has it start again. */
  public void kill() {
    process().close();
  }

  /** SIGKILL of all its processes, then a start. */
  public void crash() {
    process().crash();
  }

  @Override
  public void close() {
    process().close();
  }
}
