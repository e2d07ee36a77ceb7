package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes never write one state file. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedStateTest {
  @TempDir Path folder;
  private ProcessRig rig;

  @BeforeEach
  void choosePorts() throws Exception {
    rig = new ProcessRig(folder);
  }

  @Test
  void isRefusedToASecondProxyOnOtherPortsUntilTheFirstIsKilled() throws Exception {
    try (App app = new App("one");
        Child first = rig.proxy()) {
      rig.route("one", app.port());
      int admin = rig.adminPort();
      moveAway();
      requireRefused(first);
      first.kill();
      try (Child second = rig.proxy()) {
        assertThat(rig.adminPort()).isNotEqualTo(admin);
        assertThat(rig.get("/").body()).isEqualTo("one");
        second.terminate();
      }
    }
  }

  @Test
  void passesToTheProxyThatTakesOver() throws Exception {
    try (App app = new App("one");
        Child former = rig.proxy()) {
      rig.route("one", app.port());
      try (Child next = rig.successor()) {
        assertThat(former.exitCode()).isZero();
        rig.set("TAKE_OVER", false);
        int traffic = rig.trafficPort();
        int admin = rig.adminPort();
        moveAway();
        requireRefused(next);
        rig.set("PORT", traffic);
        rig.set("ADMIN_PORT", admin);
        rig.forgetConnections();
        rig.route("one", app.port());
        try (Child third = rig.successor()) {
          assertThat(next.exitCode()).as("it is not in the way of another one").isZero();
          third.terminate();
        }
      }
    }
  }

  @Test
  void isRefusedWhileTheOneInChargeHasStalledAndAnotherServesInItsPlace() throws Exception {
    try (App app = new App("one");
        Child former = rig.proxy()) {
      rig.route("one", app.port());
      try (Child next = rig.successorOfOneThatStalls(former)) {
        await().until(() -> next.hasSaid("edge=listening"));
        rig.set("TAKE_OVER", false);
        moveAway();
        try (Child third = new Child(rig.settings, EdgeProxy.class)) {
          assertThat(third.exitCode()).isEqualTo(1);
          assertThat(third.hasSaid("is about to take over")).isTrue();
        }
        former.kill();
        next.kill();
      }
      try (Child third = rig.proxy()) {
        third.terminate();
      }
    }
  }

  @Test
  void isLeftToTheNextOneWhenTheOneThatStopsHasFinishedItsRequests() throws Exception {
    rig.set("STOP_SECONDS", 40);
    try (App app = new App("one");
        Child first = rig.proxy()) {
      rig.route("one", app.port());
      CompletableFuture<HttpResponse<String>> slow =
          rig.http()
              .sendAsync(
                  HttpRequest.newBuilder(rig.trafficUri("/held")).build(), BodyHandlers.ofString());
      await().until(() -> rig.routes().contains("\"inFlight\":1"));
      first.beginToStop();
      try (Child second = new Child(rig.settings, EdgeProxy.class)) {
        await()
            .during(Duration.ofSeconds(2))
            .until(() -> second.isAlive() && !second.hasSaid("edge=listening"));
        assertThat(slow).isNotDone();
        app.answerHeld();
        assertThat(slow.get(30, TimeUnit.SECONDS).body()).isEqualTo("one");
        await().until(() -> second.hasSaid("edge=listening"));
        rig.forgetConnections();
        assertThat(rig.get("/").body()).isEqualTo("one");
        rig.route("one", app.port());
        assertThat(first.exitCode()).as("by SIGTERM").isEqualTo(143);
      }
    }
  }

  @Test
  void isServedWhereNoLockCanBeHad() throws Exception {
    Files.createSymbolicLink(folder.resolve("routes.json.lock"), folder.resolve("nowhere/at-all"));
    try (App app = new App("one");
        Child proxy = rig.proxy()) {
      assertThat(proxy.hasSaid("state=unlocked")).isTrue();
      rig.route("one", app.port());
      try (Child next = rig.successor()) {
        assertThat(proxy.exitCode()).isZero();
        assertThat(rig.get("/").body()).isEqualTo("one");
        next.terminate();
      }
    }
  }

  private void moveAway() throws Exception {
    rig.set("PORT", Child.freePort());
    rig.set("ADMIN_PORT", Child.freePort());
    rig.forgetConnections();
  }

  private void requireRefused(Child inCharge) throws Exception {
    try (Child another = new Child(rig.settings, EdgeProxy.class)) {
      assertThat(another.exitCode()).isEqualTo(1);
      assertThat(
              another.hasSaid(
                  "the edge proxy cannot start: another edge proxy (process %d) uses the state file %s; stop it, take its place with FAIRLEAD_EDGE_TAKE_OVER=true, or give this one a state file of its own with FAIRLEAD_EDGE_STATE"
                      .formatted(inCharge.pid(), folder.resolve("routes.json"))))
          .isTrue();
    }
  }
}
