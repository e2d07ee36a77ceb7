package dev.fairlead.edge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.App;
import dev.fairlead.edge.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccessLogTest {
  @TempDir Path folder;

  @Test
  void tellsEachRequestInALineWithoutItsQuery() throws Exception {
    Path file = folder.resolve("log/access.log");
    try (Rig rig = new Rig(folder, "ACCESS_LOG=" + file)) {
      App one = rig.app("one");
      rig.route(one);
      rig.get("/orders?token=canary-secret");
      await().until(() -> Files.readAllLines(file).size() == 1);

      JsonNode line = JsonMapper.builder().build().readTree(Files.readString(file));
      assertThat(line.path("method").asString()).isEqualTo("GET");
      assertThat(line.path("path").asString()).isEqualTo("/orders");
      assertThat(line.path("status").asInt()).isEqualTo(200);
      assertThat(line.path("route").asString()).isEqualTo("orders");
      assertThat(line.path("instance").asString()).isEqualTo("one");
      assertThat(line.path("client").asString()).isEqualTo("127.0.0.1");
      assertThat(line.path("millis").asDouble()).isPositive();
      assertThat(line.path("bytes").asLong()).isPositive();
      assertThat(Files.readString(file)).doesNotContain("canary-secret");
    }
  }

  @Test
  void tellsRefusalsAndQueriesWhereTheyAreWanted() throws Exception {
    Path file = folder.resolve("access.log");
    try (Rig rig = new Rig(folder, "ACCESS_LOG=" + file, "ACCESS_LOG_QUERIES=true")) {
      rig.get("/nowhere?a=b");
      await().until(() -> Files.readString(file).contains("\n"));
      assertThat(Files.readString(file)).contains("\"path\":\"/nowhere?a=b\"", "\"status\":404");
    }
  }

  @Test
  void startsAnewFileWhenOneIsFullAndKeepsFive() throws Exception {
    Path file = folder.resolve("access.log");
    LogFile log = LogFile.open(new AccessLogSettings(Optional.of(file), 10, false));
    for (int i = 0; i < 9; i++) {
      log.append("line " + i + "\n");
    }
    log.close();
    assertThat(file).hasContent("line 8");
    assertThat(folder.resolve("access.log.1")).hasContent("line 7");
    assertThat(folder.resolve("access.log.5")).hasContent("line 3");
    try (var files = Files.list(folder)) {
      assertThat(files.map(p -> p.getFileName().toString()).sorted().toList())
          .isEqualTo(
              List.of(
                  "access.log",
                  "access.log.1",
                  "access.log.2",
                  "access.log.3",
                  "access.log.4",
                  "access.log.5"));
    }
  }

  @Test
  void writesWhatWaitsBeforeItCloses() throws Exception {
    Path file = folder.resolve("access.log");
    try (AccessLog log =
        new AccessLog(new AccessLogSettings(Optional.of(file), 1_000_000, false))) {
      for (int i = 0; i < 500; i++) {
        log.add(entry("/" + i));
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(500).last().asString().contains("\"/499\"");
  }

  private static AccessEntry entry(String path) {
    return new AccessEntry(
        "now", "a", "GET", "h", path, "http/1.1", 200, 1, 1, null, null, null, "\"agent\"\n");
  }
}
