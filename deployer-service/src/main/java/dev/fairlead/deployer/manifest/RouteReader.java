package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Route;
import java.util.Arrays;
import java.util.stream.Collectors;

/** {@code route} and {@code router}: which requests come here, and through what. */
final class RouteReader {

  private RouteReader() {}

  static Route read(Section top) {
    Section section = top.section("route");
    Route route =
        new Route(
            section.required("host", Scalars::hostName, ""),
            section.or("path", Scalars::absolutePath, "/"),
            top.or("router", RouteReader::routerKind, RouterKind.EDGE));
    section.end();
    return route;
  }

  private static RouterKind routerKind(String text) {
    return Scalars.oneOfWords(
            Arrays.stream(RouterKind.values()).collect(Collectors.toMap(RouterKind::word, k -> k)))
        .apply(text);
  }
}
