package dev.fairlead.deployer;

import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.edge.EdgeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The edge proxy as most tests need it. */
public final class SampleEdge {

  private SampleEdge() {}

  /**
   * On free ports.
   *
   * @param folder where it keeps its routes
   */
  public static EdgeProxy start(Path folder, String token) throws IOException {
    return EdgeProxy.start(
        EdgeSettings.from(
            Map.of(
                "FAIRLEAD_EDGE_PORT",
                "0",
                "FAIRLEAD_EDGE_ADMIN_PORT",
                "0",
                "FAIRLEAD_EDGE_STATE",
                folder.resolve("edge/routes.json").toString(),
                "FAIRLEAD_EDGE_TOKEN",
                token)));
  }
}
