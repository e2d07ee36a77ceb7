package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.runtime.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What HAProxy's workers do with the instances of one route. Pure. */
final class Observation {

  private final BookedRoute route;
  private final List<Haproxy.Look> looks;
  private final Slots slots;

  Observation(BookedRoute route, List<Haproxy.Look> looks) {
    this.route = route;
    this.looks = looks;
    this.slots = looks.getFirst().map().slots(List.of(route));
  }

  List<RouteState.Backend> backends() {
    List<RouteState.Backend> backends = new ArrayList<>();
    for (RouteSpec.Backend backend : route.spec().backends()) {
      server(backend).ifPresent(server -> backends.add(wanted(backend, server)));
    }
    for (RouteSpec.Backend backend : route.leaving()) {
      if (named(backend).findAny().isPresent()) {
        backends.add(
            state(
                backend,
                backend.address(),
                0,
                isServed(backend) ? Traffic.SERVING : Traffic.DRAINING));
      }
    }
    return backends;
  }

  private RouteState.Backend wanted(RouteSpec.Backend backend, Server server) {
    boolean asTold =
        server.weight() == Wanted.line(server.slot(), backend).weight() && mapIsAsTold();
    return state(
        backend,
        Address.parse(server.address()).equals(Address.parse(Wanted.resolved(backend.address())))
            ? backend.address()
            : Address.parse(server.address()),
        asTold ? backend.weight() : server.weight(),
        asTold && takesItsShare(backend, server) ? Traffic.SERVING : Traffic.DRAINING);
  }

  /** HAProxy reports a server of weight 0 as draining. */
  private static boolean takesItsShare(RouteSpec.Backend backend, Server server) {
    return server.status() == Server.Status.READY
        || (server.status() == Server.Status.DRAIN && backend.weight() == 0);
  }

  private boolean mapIsAsTold() {
    return RoutesMap.value(route.spec(), slots)
        .equals(looks.getFirst().map().entries().get(RoutesMap.key(route.spec().match())));
  }

  /** The server of the slot that the map names for the backend's release. */
  private Optional<Server> server(RouteSpec.Backend backend) {
    String slot = slots.of(route.spec(), backend.release());
    return looks.getFirst().statistics().servers().stream()
        .filter(server -> server.slot().equals(slot))
        .filter(server -> server.name().equals(backend.instance().value()))
        .findFirst();
  }

  private boolean isServed(RouteSpec.Backend backend) {
    return server(backend)
        .filter(server -> server.status() == Server.Status.READY && server.weight() > 0)
        .isPresent();
  }

  private RouteState.Backend state(
      RouteSpec.Backend backend, Address address, int weight, Traffic traffic) {
    return new RouteState.Backend(
        backend.instance(), address, weight, backend.release(), traffic, figures(backend));
  }

  /** Of all workers, because the one before a reload still finishes its requests. */
  private Figures figures(RouteSpec.Backend backend) {
    return named(backend)
        .map(Server::figures)
        .reduce(
            Figures.NONE,
            (one, other) ->
                new Figures(
                    one.inFlight() + other.inFlight(),
                    one.requests() + other.requests(),
                    one.errors() + other.errors(),
                    one.latencies().plus(other.latencies())));
  }

  private Stream<Server> named(RouteSpec.Backend backend) {
    return looks.stream()
        .flatMap(look -> look.statistics().servers().stream())
        .filter(server -> server.name().equals(backend.instance().value()));
  }
}
