package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.Person;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The keeper")
class KeeperTest {

  private static final int EDGE_ADMIN = 7181;

  @TempDir Path folder;

  private final List<String> log = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-29T04:00:00Z");
  private LocalStack stack;
  private Keeper keeper;

  @BeforeEach
  void createStack() {
    int port = IntStream.range(42_000, 43_000).filter(Ports::isFree).findFirst().orElseThrow();
    Map<String, String> environment =
        Map.of(
            "FAIRLEAD_HOME", folder.resolve("home").toString(),
            "FAIRLEAD_LIB", folder.toString(),
            "FAIRLEAD_PORT_OFFSET", Integer.toString(port - EDGE_ADMIN));
    stack =
        LocalStack.of(
            new Surroundings(environment, System.out, System.err, folder, false, Person.NOBODY));
    stack.home().create();
    Clock clock = clock();
    keeper = new Keeper(stack, new KeeperNotes(stack.home()), log::add, clock);
  }

  private Clock clock() {
    InstantSource hands = () -> now;
    return hands.withZone(ZoneOffset.UTC);
  }

  @Test
  @DisplayName("gives up on what does not start, says so once, and tells status")
  void crashLoop() {
    PidFiles pids = new PidFiles(stack.home());
    for (Member member : Member.values()) {
      if (member != Member.EDGE) {
        pids.record(member, ProcessHandle.current().pid()); // alive
      }
    }
    for (int look = 0; look < 40; look++) {
      keeper.lookAfterAll(); // there is no jar that could be started
      now = now.plusSeconds(21);
    }

    assertThat(log)
        .filteredOn(line -> line.contains("member=edge"))
        .filteredOn(line -> line.contains("next=none"))
        .containsExactly(
            "member=edge ended deaths=8 next=none: it keeps dying; see its log, then: fairlead up");
    assertThat(log)
        .filteredOn(line -> line.startsWith("member=edge did not start reason="))
        .hasSize(Upkeep.LAST_DEATH - 1);
    assertThat(new KeeperNotes(stack.home()).of(Member.EDGE))
        .isEqualTo(new KeeperNotes.Note(Upkeep.LAST_DEATH, true));
  }

  @Test
  @DisplayName("ends a process that is alive and has stopped to answer, and starts it again")
  void hangs() throws Exception {
    Process edge = new ProcessBuilder("sleep", "300").start();
    new PidFiles(stack.home()).record(Member.EDGE, edge.pid());
    try (ServerSocket admin = new ServerSocket(stack.ports().of(Service.EDGE), 50, loopback())) {
      answerOnce(admin);
      keeper.feelPulses(Duration.ofSeconds(9));
      for (int look = 1; look < Silence.HUNG; look++) {
        keeper.feelPulses(Duration.ofMillis(50));
      }
      assertThat(edge.isAlive()).isTrue();

      keeper.feelPulses(Duration.ofMillis(50));

      assertThat(edge.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(log).containsExactly("member=edge hung looks-without-answer=9 next=start-again");
      keeper.lookAfterAll();
      assertThat(log).contains("member=edge ended deaths=1 next=start-again-in-500ms");
    } finally {
      edge.destroyForcibly();
    }
  }

  @Test
  @DisplayName("cuts the log of a process that writes on, wherever that lies")
  void cutsLogs() throws Exception {
    for (Member member : List.of(Member.DEPLOYER, Member.KAFKA)) {
      Path file = MemberLog.of(member, stack.home()).file();
      Files.createDirectories(file.getParent());
      Files.writeString(file, "line\n".repeat(100));
    }
    Path within = Files.writeString(MemberLog.of(Member.EDGE, stack.home()).file(), "line\n");

    keeper.cutLogs(499);

    assertThat(log).hasSize(2).allMatch(line -> line.matches("log=(kafka|deployer) cut .*"));
    assertThat(MemberLog.of(Member.KAFKA, stack.home()).file()).isEmptyFile();
    assertThat(within).hasContent("line");
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** With what says that it is not ready: an answer all the same. */
  private static void answerOnce(ServerSocket server) {
    Thread.startVirtualThread(
        () -> {
          try (var connection = server.accept()) {
            connection.getInputStream().read(new byte[4096]);
            connection
                .getOutputStream()
                .write(
                    "HTTP/1.1 503 Not Ready\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
