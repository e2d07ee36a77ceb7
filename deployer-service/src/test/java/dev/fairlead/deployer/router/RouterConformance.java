package dev.fairlead.deployer.router;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What every router promises, run against each of them. */
abstract class RouterConformance
    implements TrafficConformance,
        WeightConformance,
        DrainConformance,
        FigureConformance,
        HoldConformance,
        RefusalConformance,
        TakeOverConformance {

  private final Backend old;
  private final Backend fresh;
  private Router router = unset();

  RouterConformance() throws IOException {
    old = new Backend("old");
    fresh = new Backend("fresh");
  }

  abstract Router startRouter() throws Exception;

  /** The JDK's client forbids to set it otherwise. */
  @BeforeAll
  static void allowHostHeader() {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  @BeforeEach
  void start() throws Exception {
    router = startRouter();
  }

  @AfterEach
  void closeBackends() {
    old.close();
    fresh.close();
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public Backend old() {
    return old;
  }

  @Override
  public Backend fresh() {
    return fresh;
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Router unset() {
    return null;
  }
}
