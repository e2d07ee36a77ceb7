package dev.fairlead.edge.admin;

import dev.fairlead.edge.routing.HealthCheck;
import dev.fairlead.edge.routing.InstanceDefinition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks newcomers whether they are healthy, again and again until the timeout of the check. */
final class HealthGate {
  private static final long PAUSE_MILLIS = 100;

  private final Vertx vertx;
  private final HttpClient client;

  HealthGate(Vertx vertx) {
    this.vertx = vertx;
    this.client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
  }

  /** What keeps newcomers out, one sentence each; nothing when all are healthy. */
  Future<List<String>> complaints(List<InstanceDefinition> newcomers, HealthCheck check) {
    long deadline = System.nanoTime() + check.timeout().toNanos();
    List<Future<Optional<String>>> probes =
        newcomers.stream().map(one -> probeUntil(deadline, one, check)).toList();
    return Future.all(probes)
        .map(all -> probes.stream().map(Future::result).flatMap(Optional::stream).toList());
  }

  private Future<Optional<String>> probeUntil(
      long deadline, InstanceDefinition instance, HealthCheck check) {
    Promise<Optional<String>> verdict = Promise.promise();
    probeAgain(deadline, instance, check, verdict);
    return verdict.future();
  }

  private void probeAgain(
      long deadline,
      InstanceDefinition instance,
      HealthCheck check,
      Promise<Optional<String>> verdict) {
    long millisLeft = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    probe(instance, check.path(), millisLeft)
        .onComplete(
            status -> {
              if (status >= 200 && status < 400) {
                verdict.complete(Optional.empty());
              } else {
                again(deadline, instance, check, verdict, "answered " + status);
              }
            },
            failure ->
                again(deadline, instance, check, verdict, String.valueOf(failure.getMessage())));
  }

  private void again(
      long deadline,
      InstanceDefinition instance,
      HealthCheck check,
      Promise<Optional<String>> verdict,
      String seen) {
    boolean time = deadline - System.nanoTime() > Duration.ofMillis(PAUSE_MILLIS).toNanos();
    if (time) {
      vertx.setTimer(PAUSE_MILLIS, timer -> probeAgain(deadline, instance, check, verdict));
    } else {
      verdict.complete(
          Optional.of(
              "instance %s is not healthy: GET http://%s%s must answer 2xx or 3xx within %d ms, last: %s"
                  .formatted(
                      instance.id(),
                      instance.address(),
                      check.path(),
                      check.timeout().toMillis(),
                      seen)));
    }
  }

  private Future<Integer> probe(InstanceDefinition instance, String path, long millis) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(instance.address().host())
            .setPort(instance.address().port())
            .setURI(path)
            .setConnectTimeout(Math.min(millis, 2_000))
            .setIdleTimeout(millis);
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(answer -> answer.end().map(ignored -> answer.statusCode()));
  }
}
