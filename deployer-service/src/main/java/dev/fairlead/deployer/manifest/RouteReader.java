package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Route;

/** {@code route}: which requests come here. */
final class RouteReader {

  private RouteReader() {}

  static Route read(Section section) {
    Route route =
        new Route(
            section.required("host", Scalars::hostName, ""),
            section.or("path", Scalars::absolutePath, "/"));
    section.end();
    return route;
  }
}
