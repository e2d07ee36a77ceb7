package dev.fairlead.deployer.runtime;

import static org.awaitility.Awaitility.await;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A runtime with a place of its own, and programs to run there. */
abstract class RuntimeRig {

  static final Duration GRACE = Duration.ofSeconds(5);
  private static final DeploymentId DEPLOYMENT = DeploymentId.random();
  private static final String UNIQUE = Long.toString(System.nanoTime(), 36);

  /** A place of this test alone, since several may share one engine. */
  final Place place = Place.of("orders", "test-" + UNIQUE + "-" + System.nanoTime());

  final Fence fence = new Fence(place, 7);
  private final HttpClient http = HttpClient.newHttpClient();

  /** Opened anew for each test. */
  Runtime runtime = unset();

  /** The programs that the suite needs, packed for the runtime. */
  enum Behaviour {
    /** Serves a folder over HTTP; ends at once when asked to. */
    SERVES,
    /** Serves, and ignores the request to end. */
    STUBBORN,
    /** Prints its environment and ends with code 3. */
    FAILS
  }

  /** A runtime over the same state as every other one that this test opens. */
  abstract Runtime open() throws Exception;

  abstract Program program(Behaviour behaviour) throws Exception;

  @BeforeEach
  void openRuntime() throws Exception {
    runtime = open();
  }

  @AfterEach
  void stopAll() throws Exception {
    for (Instance instance : runtime.observe(place)) {
      runtime.stop(instance.id(), Duration.ZERO, new Fence(place, 1_000));
    }
  }

  final InstanceSpec spec(String name, Behaviour behaviour) throws Exception {
    return new InstanceSpec(
        new InstanceId(place.environment() + "-" + name),
        place,
        DEPLOYMENT,
        new Version("1"),
        program(behaviour),
        Map.of("COLOUR", Variable.plain("deep blue"), "PASSWORD", Variable.secret("canary-secret")),
        new Limits(64L << 20, 0.5, 64, 16L << 20));
  }

  final Instance awaitAnswer(InstanceId id) {
    await().atMost(Duration.ofSeconds(30)).until(() -> answers(runtime.observe(id).orElseThrow()));
    return runtime.observe(id).orElseThrow();
  }

  final boolean answers(Instance instance) throws InterruptedException {
    URI uri = instance.address().orElseThrow().http("/index.html");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Runtime unset() {
    return null;
  }
}
