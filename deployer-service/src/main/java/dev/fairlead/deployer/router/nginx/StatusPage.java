package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/** The page that the generated file puts into nginx: it says which generation nginx runs. */
final class StatusPage {

  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(50);

  private final String address;
  private final Duration patience;
  private final Http http = new Http();

  /**
   * @param address host and port
   */
  StatusPage(String address, Duration patience) {
    this.address = address;
    this.patience = patience;
  }

  boolean runs(String generation) throws InterruptedException {
    try {
      return ask().equals(generation);
    } catch (IOException e) {
      return false;
    }
  }

  /** What nginx runs; a restart of nginx is waited out. */
  String generation() throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return ask();
      } catch (IOException e) {
        if (System.nanoTime() >= deadline) {
          throw new RouterFailure(
              "nginx does not answer on %s for %d s: %s; start it, or correct the setting nginx.status"
                  .formatted(address, patience.toSeconds(), e.getMessage()),
              e);
        }
        Thread.sleep(RETRY);
      }
    }
  }

  /** One try. */
  String ask() throws IOException, InterruptedException {
    URI page = URI.create("http://%s/generation".formatted(address));
    Http.Answer answer = http.exchange(HttpRequest.newBuilder(page).build(), ANSWER);
    if (!answer.successful() || answer.body().isBlank()) {
      throw new IOException("%s answered %d".formatted(page, answer.status()));
    }
    return answer.body().strip();
  }
}
