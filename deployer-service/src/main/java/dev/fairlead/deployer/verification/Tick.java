package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.RouteState;
import java.util.List;

/**
 * What the router did between two of its reports.
 *
 * @param fresh the release that is being judged
 * @param others all other releases of the route, meanwhile
 */
record Tick(Sample fresh, Sample others) {

  static final Tick NONE = new Tick(Sample.NONE, Sample.NONE);

  static Tick between(RouteState before, RouteState after, Judged release) {
    return new Tick(
        Sample.between(before, after, release::has),
        Sample.between(before, after, backend -> !release.has(backend)));
  }

  Tick plus(Tick more) {
    return new Tick(
        Sample.sumOf(List.of(fresh, more.fresh)), Sample.sumOf(List.of(others, more.others)));
  }
}
