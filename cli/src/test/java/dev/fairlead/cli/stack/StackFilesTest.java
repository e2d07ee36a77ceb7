package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Person;
import dev.fairlead.cli.Surroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFilesTest {

  @TempDir Path folder;

  private StackHome home;

  @BeforeEach
  void create() {
    home = new StackHome(folder.resolve("home"));
    home.create();
  }

  @Test
  void findsAMemberAgainByPidAndStart() throws Exception {
    PidFiles pids = new PidFiles(home);
    Process process = new ProcessBuilder("sleep", "60").start();
    pids.record(Member.EDGE, process.pid());
    assertThat(pids.find(Member.EDGE)).hasValue(process.toHandle());
    process.destroyForcibly().waitFor();
    assertThat(pids.find(Member.EDGE)).isEmpty();
    assertThat(pids.isRecorded(Member.EDGE)).isTrue();
  }

  @Test
  void neverTakesAReusedPidForTheMember() throws Exception {
    PidFiles pids = new PidFiles(home);
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      pids.record(Member.EDGE, stranger.pid());
      Path file = home.run().resolve("edge.pid");
      Files.writeString(file, Files.readString(file) + "1");
      new StackStop(home, pids).stop(List.of(Member.EDGE));
      assertThat(stranger.isAlive()).isTrue();
      assertThat(pids.isRecorded(Member.EDGE)).isFalse();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void anUnreadablePidFileIsNoProcess() throws IOException {
    Files.writeString(home.run().resolve("edge.pid"), "not a pid");
    assertThat(new PidFiles(home).find(Member.EDGE)).isEmpty();
  }

  @Test
  void twoCommandsCannotWorkOnOneStack() {
    try (StackLock first = StackLock.ofStack(home, "up")) {
      assertThatThrownBy(() -> StackLock.ofStack(home, "down"))
          .isInstanceOf(Failure.class)
          .hasMessageContaining(
              "another command works on this stack: up, process " + ProcessHandle.current().pid());
      StackLock.ofDemo(home).close();
    }
    StackLock.ofStack(home, "down").close();
  }

  @Test
  void anIgnoreFileOfOnesOwnStays() throws IOException {
    Path own = folder.resolve(".gitignore");
    Files.writeString(own, "target/");
    new StackHome(folder).create();
    assertThat(own).hasContent("target/");
    assertThat(home.folder().resolve(".gitignore")).hasContent("*");
  }

  @Test
  void isTheNearestUpwardsOrTheOneOfTheCheckout() throws IOException {
    Path checkout = Files.createDirectories(folder.resolve("a/checkout/cli"));
    Path application = Files.createDirectories(folder.resolve("elsewhere/orders"));
    Map<String, String> launched = Map.of("FAIRLEAD_ROOT", folder.resolve("a/checkout").toString());
    Path ofCheckout = folder.resolve("a/checkout/.fairlead");

    assertThat(homeIn(application, launched)).isEqualTo(ofCheckout);
    assertThat(homeIn(application, Map.of())).isEqualTo(application.resolve(".fairlead"));
    stackIn(folder.resolve("a"));
    assertThat(homeIn(checkout, launched)).as("two checkouts").isEqualTo(ofCheckout);
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/.fairlead"));
    assertThat(homeIn(application, launched)).as("no stack in it").isEqualTo(ofCheckout);
    stackIn(folder.resolve("elsewhere"));
    assertThat(homeIn(application, launched)).isEqualTo(elsewhere);
    assertThat(homeIn(application, Map.of("FAIRLEAD_HOME", "here")))
        .isEqualTo(application.resolve("here"));
  }

  @Test
  void believesNoFolderThatOthersMayHaveLaidThere() throws IOException {
    Path application = Files.createDirectories(folder.resolve("shared/orders"));
    Map<String, String> launched = Map.of("FAIRLEAD_ROOT", folder.resolve("checkout").toString());
    Path ofCheckout = folder.resolve("checkout/.fairlead");
    Path found = stackIn(folder.resolve("shared"));

    Files.setPosixFilePermissions(found, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(homeIn(application, launched)).as("writable by all").isEqualTo(ofCheckout);
    Files.setPosixFilePermissions(found, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThat(homeIn(application, launched)).isEqualTo(found);
    if (new UnixSystem().getUid() == 0) { // nobody else can give a folder away
      Files.setAttribute(found, "unix:uid", 65534);
      assertThat(homeIn(application, launched)).as("of another user").isEqualTo(ofCheckout);
    }
  }

  private static Path stackIn(Path folder) throws IOException {
    Path home = Files.createDirectories(folder.resolve(".fairlead"));
    Files.writeString(home.resolve("ports"), "0");
    return home;
  }

  private static Path homeIn(Path current, Map<String, String> environment) {
    return StackHome.of(
            new Surroundings(environment, System.out, System.err, current, false, Person.NOBODY))
        .folder();
  }

  @Test
  void onesOwnSettingsAreReadAfterTheGeneratedOnes() {
    ServiceSettings settings = new ServiceSettings(home, home.ports(), new StackSecrets(home));

    assertThat(settings.environment(Member.ALERT).get("SPRING_CONFIG_ADDITIONALLOCATION"))
        .isEqualTo(
            "file:%s,optional:file:%s",
            home.folder().resolve("settings/alert.yaml"),
            home.folder().resolve("settings.d/alert.yaml"));
    assertThat(home.folder().resolve("settings.d")).isDirectory();
    assertThat(home.folder().resolve("settings/alert.yaml"))
        .content()
        .contains("settings.d/alert.yaml, which counts more.\nfairlead:\n  alert:\n");
  }

  @Test
  void ownSettingsThatNoServiceReadsAreRefused() throws IOException {
    for (String read : List.of("alert.yaml", ".alert.yaml.swp", "adr.yaml", "alert.yaml~")) {
      Files.writeString(home.ownSettings().resolve(read), "");
    }
    ServiceSettings.requireNamesOfServices(home);

    Files.writeString(home.ownSettings().resolve("alerts.yaml"), "");
    Files.writeString(home.ownSettings().resolve("alert.yml"), "");
    assertThatThrownBy(() -> ServiceSettings.requireNamesOfServices(home))
        .hasMessageContaining("no service reads alert.yml, alerts.yaml in ");
  }

  @Test
  void namesWhoHoldsAPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(PortHolder.of(socket.getLocalPort()))
          .hasValueSatisfying(
              holder -> assertThat(holder).contains("process " + ProcessHandle.current().pid()));
    }
  }

  @Test
  void endsOnlyInstancesThatAreProvablyTheirs() throws Exception {
    Process instance = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessMark mark = ProcessMark.of(instance.pid()).orElseThrow();
      String[] start = mark.start().split(":");
      Path record = home.data().resolve("deployer/processes/instances/orders-1/instance.json");
      Files.createDirectories(record.getParent());
      String json = "{\"process\":{\"pid\":%d,\"boot\":\"%s\",\"startTicks\":%s}}";
      Files.writeString(record, json.formatted(mark.pid(), start[0], start[1]));
      assertThat(Instances.of(home).running()).containsExactly(instance.toHandle());
      Files.writeString(record, json.formatted(mark.pid(), start[0], "1"));
      assertThat(Instances.of(home).running()).isEmpty();
    } finally {
      instance.destroyForcibly();
    }
  }

  @Test
  void namesRecordsOfInstancesThatCannotBeRead() throws IOException {
    Path instances = home.data().resolve("deployer/processes/instances");
    Path broken = Files.createDirectories(instances.resolve("orders-1")).resolve("instance.json");
    Files.writeString(broken, "{\"process\":{\"pid\":");
    Path notStarted =
        Files.createDirectories(instances.resolve("orders-2")).resolve("instance.json");
    Files.writeString(notStarted, "{\"id\":\"orders-2\"}");
    assertThat(Instances.of(home).unreadable())
        .singleElement()
        .asString()
        .contains("cannot read which process " + broken);
  }

  @Test
  void aCommandThatIsRefusedLeavesTheKeeperToItsWork() throws Exception {
    Process keeper = keeper();
    try (StackLock _ = StackLock.ofStack(home, "up")) {
      assertThatThrownBy(() -> stack().down(_ -> {})).hasMessageContaining("another command");
      assertThat(keeper.isAlive()).isTrue();
    } finally {
      keeper.destroyForcibly();
    }
  }

  @Test
  void aKeeperThatIsStartingAMemberIsNoReasonToRefuse() throws Exception {
    Process keeper = keeper();
    try (StackLock _ = StackLock.ofStack(home, "new start of kafka")) {
      Path lock = home.folder().resolve("lock");
      Files.writeString(
          lock,
          Files.readString(lock)
              .replace("process " + ProcessHandle.current().pid(), "process " + keeper.pid()));
      assertThatThrownBy(() -> stack().down(_ -> {})).isInstanceOf(Failure.class);
      assertThat(keeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      keeper.destroyForcibly();
    }
    stack().down(_ -> {});
  }

  private Process keeper() throws IOException {
    Process keeper = new ProcessBuilder("sleep", "60").start();
    Files.writeString(
        home.run().resolve("keeper.pid"), ProcessMark.of(keeper.pid()).orElseThrow().toString());
    return keeper;
  }

  private LocalStack stack() {
    return LocalStack.of(
        new Surroundings(
            Map.of("FAIRLEAD_HOME", home.folder().toString()),
            System.out,
            System.err,
            folder,
            false,
            Person.NOBODY));
  }
}
