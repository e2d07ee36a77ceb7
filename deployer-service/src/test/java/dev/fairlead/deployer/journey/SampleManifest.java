package dev.fairlead.deployer.journey;

import java.nio.file.Path;
import java.util.stream.Stream;

/** The manifest of the sample application under some name. */
final class SampleManifest {

  private static final String VERIFICATION =
      "verification: {checks: [{path: /health}], window: 2s, minimum-requests: 10, max-p95: 5s}";

  private SampleManifest() {}

  /**
   * Without a bake window, which takes seconds of every deployment: what is about one asks for it.
   *
   * @param more further lines, which take the place of what is usual
   */
  static String of(String name, String... more) {
    return """
        application: %s
        artifact: {archive: "app-{version}.zip"}
        command: [%s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx32m, -cp, ., %s]
        replicas: 2
        health: {interval: 100ms, stay-healthy: 200ms, within: 8s}
        route: {host: "%s.{environment}.localhost"}
        drain: 5s
        environments:
          staging: {}
          production: {approval: required, replicas: 1}
        """
            .formatted(
                name,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                SampleApplication.class.getName(),
                name)
        + unlessGiven("strategy: {rolling: {batch: 1}}", more)
        + unlessGiven("bake: 0s", more)
        + unlessGiven(VERIFICATION, more)
        + String.join("\n", more);
  }

  private static String unlessGiven(String usual, String... lines) {
    String key = usual.substring(0, usual.indexOf(':') + 1);
    return Stream.of(lines).anyMatch(line -> line.startsWith(key)) ? "" : usual + "\n";
  }
}
