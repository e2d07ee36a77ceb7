package dev.fairlead.system;

import static org.awaitility.Awaitility.await;

import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import java.time.Duration;

/** Deployments of the example application into staging. */
record StagingDeployments(FairleadCommand fairlead) {

  private static final Duration LONG = Duration.ofMinutes(3);

  /** Returns when it has ended. */
  FairleadCommand.Result watched(String version) {
    return fairlead.run(LONG, "deploy", "orders", version, "--environment", "staging", "--watch");
  }

  /** Returns the deployment's id as soon as it has one. */
  String requested(String version) {
    return fairlead
        .run("deploy", "orders", version, "--environment", "staging", "--json")
        .succeeded()
        .json()
        .text("deployment");
  }

  Json shown(String id) {
    return fairlead.ask(Service.DEPLOYER, "/deployments/" + id);
  }

  void awaitPhase(String id, String phase) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> shown(id), now -> now.text("phase").equals(phase));
  }

  void awaitState(String id, String state) {
    await().atMost(LONG).until(() -> shown(id), now -> now.text("state").equals(state));
  }

  Json awaitEnd(String id) {
    return await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(Failure.class) // the deployer may be dead at the moment
        .until(() -> shown(id), now -> now.find("endedAt").isPresent());
  }
}
