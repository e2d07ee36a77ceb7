package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;

/** What the applications of a rig run on. */
interface KillGround extends AutoCloseable {

  /** Settings of the deployer, beside those of its other neighbours. */
  Map<String, String> settings();

  /**
   * Writes a version, of every application.
   *
   * @param files that are visited, and {@code migrations/…}
   */
  void write(String version, Map<String, String> files) throws IOException;

  /** In which the manifest lies that knows this version. */
  Path directory(String version);

  /** The lines of a manifest that say what is run, and how. */
  String program(String application);

  /** Where a deployment of the application is to be interrupted. */
  Trap trap(String application, KillPoint point);

  /** The ids of instances that are really there, whoever knows of them, by application. */
  Map<String, Set<String>> rollCall();

  /**
   * Nothing is left of the place beside its instances.
   *
   * @param ids of what serves there
   */
  void requireClean(SoftAssertions all, KilledPlace place, Set<String> ids);

  @Override
  void close();
}
