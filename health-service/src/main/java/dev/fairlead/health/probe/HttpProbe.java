package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * GET of a URL over a connection of its own, so that a server that accepts no new ones is noticed.
 * Redirects are answers, not followed: where they lead is another target's business.
 */
final class HttpProbe implements Probe {

  /** A text to look for is expected within so many bytes. */
  private static final int LONGEST_BODY = 256 * 1024;

  private static final int USUAL_STATUS = 200;

  static {
    // Read once by the JDK's client: a route is addressed by its name while 127.0.0.1 is dialled.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
  }

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(Redirect.NEVER)
          .build();

  @Override
  public Finding ask(HealthTarget target) throws InterruptedException {
    URI address = URI.create(target.address());
    try {
      HttpResponse<InputStream> response =
          client.send(request(address, target), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return judged(target, response.statusCode(), body);
      }
    } catch (IOException | URISyntaxException e) {
      return Reasons.of(target.address(), e);
    }
  }

  private static HttpRequest request(URI address, HealthTarget target) throws URISyntaxException {
    URI dialled =
        new URI(
            address.getScheme(),
            null,
            Hosts.reachable(address.getHost()),
            address.getPort(),
            null,
            null,
            null);
    String path = address.getRawPath() == null ? "/" : address.getRawPath();
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    return HttpRequest.newBuilder(URI.create(dialled + (path.isEmpty() ? "/" : path) + query))
        .header("Host", address.getRawAuthority())
        .header("Connection", "close")
        .header("User-Agent", "fairlead-health")
        .timeout(Duration.ofMillis(target.timeoutMillis()))
        .build();
  }

  private static Finding judged(HealthTarget target, int status, InputStream body)
      throws IOException {
    int expected = target.expectStatus() == null ? USUAL_STATUS : target.expectStatus();
    if (status != expected) {
      return Finding.wrong(
          "%s answered %d; expected %d".formatted(target.address(), status, expected));
    }
    String wanted = target.expectBody();
    if (wanted == null) {
      return Finding.up();
    }
    String text = new String(body.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
    return text.contains(wanted)
        ? Finding.up()
        : Finding.wrong(
            "%s answered %d without '%s' in its body"
                .formatted(target.address(), status, Reasons.shortened(wanted)));
  }
}
