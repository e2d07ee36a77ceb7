package dev.fairlead.deployer.router;

import dev.fairlead.deployer.http.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;

/** Asks backends for their health before they get their first request. */
final class Newcomers {

  private final Http http = new Http();

  /**
   * @throws RouteRefused naming each that is not healthy
   */
  void requireHealthy(String route, List<RouteSpec.Backend> newcomers, RouteSpec.HealthGate gate)
      throws InterruptedException {
    List<String> complaints = new ArrayList<>();
    for (RouteSpec.Backend newcomer : newcomers) {
      URI uri = newcomer.address().http(gate.path());
      try {
        Http.Answer answer = http.exchange(HttpRequest.newBuilder(uri).build(), gate.timeout());
        if (!answer.successful()) {
          complaints.add(
              "%s is not healthy: GET %s answered %d"
                  .formatted(newcomer.instance(), uri, answer.status()));
        }
      } catch (IOException e) {
        complaints.add(
            "%s is not healthy: GET %s failed: %s"
                .formatted(newcomer.instance(), uri, e.getMessage()));
      }
    }
    if (!complaints.isEmpty()) {
      throw new RouteRefused(route, String.join("; ", complaints));
    }
  }
}
