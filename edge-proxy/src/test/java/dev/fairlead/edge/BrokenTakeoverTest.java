package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong while one proxy process takes over from another: one serves. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokenTakeoverTest {
  @TempDir Path folder;
  private ProcessRig rig;

  @BeforeEach
  void choosePorts() throws Exception {
    rig = new ProcessRig(folder);
  }

  @Test
  void leavesTheRunningProxyInChargeWhereAnotherAdminPortIsTaken() throws Exception {
    try (App app = new App("one");
        Child former = rig.proxy();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.route("one", app.port());
      int admin = rig.adminPort();
      rig.set("ADMIN_PORT", taken.getLocalPort());
      try (Child next = rig.successor()) {
        assertThat(next.exitCode()).isEqualTo(1);
      }
      rig.set("ADMIN_PORT", admin);
      rig.route("one", app.port());
      assertThat(rig.get("/").body()).isEqualTo("one");
      former.terminate();
    }
  }

  @Test
  void servesOnOtherPortsWhereTheyAreWanted() throws Exception {
    try (App app = new App("one");
        Child former = rig.proxy()) {
      rig.route("one", app.port());
      int traffic = rig.trafficPort();
      int admin = rig.adminPort();
      rig.set("PORT", Child.freePort());
      rig.set("ADMIN_PORT", Child.freePort());
      try (Child next = rig.successor()) {
        assertThat(former.exitCode()).isZero();
        rig.route("one", app.port());
        assertThat(rig.get("/").body()).isEqualTo("one");
        assertThatThrownBy(() -> new Socket("127.0.0.1", traffic).close())
            .isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> new Socket("127.0.0.1", admin).close())
            .isInstanceOf(ConnectException.class);
        next.terminate();
      }
    }
  }

  @Test
  void goesOnWhereTheFormerProxyStallsWhichLeavesWhenItWakes() throws Exception {
    try (App one = new App("one");
        App two = new App("two");
        Child former = rig.proxy()) {
      rig.route("one", one.port());
      try (Child next = rig.successorOfOneThatStalls(former)) {
        rig.route("two", two.port());
        assertThat(rig.routes()).as("it may still be asked").contains("draining");
        assertThat(rig.get("/").body()).isEqualTo("two");
        former.resume();
        assertThat(former.exitCode()).isZero();
        await().until(() -> !rig.routes().contains("draining"));
        assertThat(rig.get("/").body()).isEqualTo("two");
        next.terminate();
      }
    }
  }

  @Test
  void staysWhereTheNewProxyEndedBeforeTheFarewell() throws Exception {
    try (App one = new App("one");
        App two = new App("two");
        Child former = rig.proxy()) {
      rig.route("one", one.port());
      try (Child next = rig.successorOfOneThatStalls(former)) {
        rig.route("two", two.port());
        next.kill();
      }
      former.resume();
      rig.forgetConnections();
      rig.route("two", two.port());
      assertThat(rig.get("/").body()).isEqualTo("two");
      try (Child third = rig.successor()) {
        assertThat(former.exitCode()).as("it can be taken over again").isZero();
        rig.forgetConnections();
        assertThat(rig.get("/").body()).isEqualTo("two");
        third.terminate();
      }
    }
  }

  @Test
  void staysWhereTheNewProxyIsStoppingAlreadyWhenItWakes() throws Exception {
    try (App one = new App("one");
        App two = new App("two");
        Child former = rig.proxy()) {
      rig.route("one", one.port());
      try (Child next = rig.successorOfOneThatStalls(former);
          Posting upload = new Posting(rig.http(), rig.trafficUri("/upload"))) {
        upload.send(100_000);
        await().until(() -> rig.routes().contains("\"inFlight\":1"));
        next.beginToStop();
        await().until(next::isStopping);
        await().until(rig::isSilent);
        former.resume();
        assertThat(upload.answer()).isEqualTo("100000");
        next.exitCode();
      }
      rig.forgetConnections();
      rig.route("two", two.port());
      assertThat(rig.get("/").body()).isEqualTo("two");
      former.terminate();
    }
  }

  @Test
  void staysWhereTheNewProxyHasAnsweredTheFarewellAndEndedBeforeThatIsRead() throws Exception {
    try (App one = new App("one");
        Child former = rig.proxy()) {
      rig.route("one", one.port());
      try (SocketChannel successor = TakeoverTest.knock(folder.resolve("successor.sock"))) {
        TakeoverTest.say(successor, "confirms\nserving\n");
        assertThat(TakeoverTest.hear(successor)).startsWith("leaving follows");
        former.stall();
        TakeoverTest.say(successor, "relieved\n");
      }
      former.resume();
      rig.route("one", one.port());
      assertThat(rig.get("/").body()).isEqualTo("one");
      former.terminate();
    }
  }

  @Test
  void changesNothingWhereItStaysAndCannotReadWhatTheNewProxyHasSaved() throws Exception {
    Path state = folder.resolve("routes.json");
    try (App one = new App("one");
        App two = new App("two");
        Child former = rig.proxy()) {
      rig.route("one", one.port());
      byte[] saved = Files.readAllBytes(state);
      try (SocketChannel successor = TakeoverTest.knock(folder.resolve("successor.sock"))) {
        TakeoverTest.say(successor, "confirms\nserving\n");
        assertThat(TakeoverTest.hear(successor)).startsWith("leaving follows");
        Files.writeString(state, "of a later version");
      }
      await().until(() -> former.hasSaid("state=unreadable"));
      assertThat(rig.change("two", two.port()).statusCode()).isEqualTo(503);
      assertThat(rig.get("/").body()).isEqualTo("one");
      assertThat(state).hasContent("of a later version");
      Files.write(state, saved);
      await().until(() -> rig.change("two", two.port()).statusCode() == 200);
      assertThat(rig.get("/").body()).isEqualTo("two");
      former.terminate();
    }
  }

  @Test
  void endsWithAFailureWhereTheFormerProxyGaveItUpThoughItServed() throws Exception {
    try (GivingUp former = new GivingUp(folder.resolve("successor.sock"));
        Child next = rig.successor()) {
      await().until(() -> next.hasSaid("predecessor=silent"));
      former.giveUp();
      assertThat(next.exitCode()).isEqualTo(1);
      assertThat(next.hasSaid("the one that runs stays in charge")).isTrue();
    }
  }

  @Test
  void servesWhereItCannotBeTakenOverItselfAndTriesAgain() throws Exception {
    Path door = folder.resolve("edge/successor.sock");
    try (Rig inside = new Rig(folder)) {
      inside.route(inside.app("one"));
      try (SlowState slow = new SlowState(folder.resolve("edge/routes.json"))) {
        var takeover = java.util.concurrent.CompletableFuture.runAsync(() -> takeOver(inside));
        slow.whenItIsRead(
            () -> {
              Files.delete(door);
              Files.createDirectories(door.resolve("in the way"));
            });
        takeover.join();
      }
      inside.route(inside.app("two"));
      assertThat(inside.get("/").body()).isEqualTo("two");
      Files.delete(door.resolve("in the way"));
      await().until(() -> Files.exists(door) && !Files.isDirectory(door));
      inside.takeOver();
    }
  }

  private static void takeOver(Rig inside) {
    try {
      inside.takeOver();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
