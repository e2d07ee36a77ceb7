package dev.fairlead.service.security;

import java.util.List;
import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Takes for a request's address what trusted proxies say in {@code X-Forwarded-For}: the right-most
 * address there that is no trusted proxy's. What is left of it anybody may have written.
 *
 * <p>Spring Boot's {@code server.forward-headers-strategy} configures the same valve, but trusts
 * all private networks unless told otherwise, and is on by itself in Kubernetes.
 */
final class TrustedProxies
    implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

  private final List<String> networks;

  /**
   * @param networks each with its prefix: Tomcat takes a list without any for a regular expression
   */
  TrustedProxies(List<String> networks) {
    this.networks = networks;
  }

  @Override
  public void customize(ConfigurableTomcatWebServerFactory server) {
    if (networks.isEmpty()) {
      return;
    }
    RemoteIpValve valve = new RemoteIpValve();
    valve.setInternalProxies(String.join(",", networks));
    valve.setProtocolHeader(null);
    server.addEngineValves(valve);
  }
}
