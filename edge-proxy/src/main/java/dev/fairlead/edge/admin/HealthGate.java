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
    probeAgain(new Inquiry(deadline, instance, check, verdict), "nothing");
    return verdict.future();
  }

  /**
   * @param deadline in {@link System#nanoTime()}
   */
  private record Inquiry(
      long deadline,
      InstanceDefinition instance,
      HealthCheck check,
      Promise<Optional<String>> verdict) {

    long millisLeft() {
      return Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    }

    String complaint(String seen) {
      return "instance %s is not healthy: GET http://%s%s must answer 2xx or 3xx within %d ms, last: %s"
          .formatted(
              instance.id(), instance.address(), check.path(), check.timeout().toMillis(), seen);
    }
  }

  /**
   * @param seen of the probe before
   */
  private void probeAgain(Inquiry inquiry, String seen) {
    long millis = inquiry.millisLeft();
    // The last probe is cut short by the deadline: its silence says less than the one before.
    boolean cutShort = millis < PAUSE_MILLIS;
    probe(inquiry.instance(), inquiry.check().path(), millis)
        .onComplete(
            status -> {
              if (status >= 200 && status < 400) {
                inquiry.verdict().complete(Optional.empty());
              } else {
                again(inquiry, "answered " + status);
              }
            },
            failure -> again(inquiry, cutShort ? seen : String.valueOf(failure.getMessage())));
  }

  private void again(Inquiry inquiry, String seen) {
    if (inquiry.millisLeft() > PAUSE_MILLIS) {
      vertx.setTimer(PAUSE_MILLIS, timer -> probeAgain(inquiry, seen));
    } else {
      inquiry.verdict().complete(Optional.of(inquiry.complaint(seen)));
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
