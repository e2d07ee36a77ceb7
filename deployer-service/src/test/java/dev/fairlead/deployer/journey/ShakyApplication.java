package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * nginx as an application of which a share of the answers are errors, by lot: it is warm at once,
 * so that nothing but the errors tells one release from the other.
 *
 * @param folder of its archives, and for its own files
 * @param window of a comparison, as its manifest asks for
 */
record ShakyApplication(Path folder, Duration window) {

  private static final String CONFIGURATION =
      """
      daemon off;
      master_process off;
      pid @FOLDER@/pid;
      events {}
      http {
        access_log off;
        client_body_temp_path @FOLDER@/b; proxy_temp_path @FOLDER@/p; fastcgi_temp_path @FOLDER@/f;
        uwsgi_temp_path @FOLDER@/u; scgi_temp_path @FOLDER@/s;
        split_clients $request_id $lot { %s%% bad; * good; }
        server {
          listen 127.0.0.1:@PORT@;
          location = /health { return 200 up; }
          location / {
            if ($lot = bad) { return 500; }
            return 200 welcome;
          }
        }
      }
      """;

  private static final String START =
      "f=$(mktemp -d); sed \"s/@PORT@/$PORT/; s#@FOLDER@#$f#g\" shaky.conf > $f/conf;"
          + " exec nginx -e stderr -p $f -c $f/conf";

  /**
   * @param percent of the answers that are errors
   */
  void build(String version, double percent) throws IOException {
    new VersionArchive(folder, version)
        .of("good", Map.of("shaky.conf", CONFIGURATION.formatted(percent)));
  }

  /** A canary whose share is half, so that there is as much evidence of both as can be. */
  String manifest(String name) {
    return """
        application: %1$s
        artifact: {archive: "app-{version}.zip"}
        command: [sh, -c, '%2$s']
        environment: {TMPDIR: %3$s}
        replicas: 1
        health: {interval: 100ms, stay-healthy: 500ms, within: 60s}
        route: {host: %1$s.staging.localhost}
        strategy: {canary: {steps: [{weight: 50%%, bake: %4$ds}]}}
        drain: 2s
        bake: 0s
        verification: {window: %4$ds, max-error-rate: 50%%, max-p95: 10s}
        environments: {staging: {}}
        """
        .formatted(name, START, folder, window.toSeconds());
  }
}
