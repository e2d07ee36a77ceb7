package dev.fairlead.adr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.DecisionEvent.DecisionAccepted;
import dev.fairlead.events.DecisionEvent.DecisionDeprecated;
import dev.fairlead.events.DecisionEvent.DecisionProposed;
import dev.fairlead.events.DecisionEvent.DecisionReaffirmed;
import dev.fairlead.events.DecisionEvent.DecisionRejected;
import dev.fairlead.events.DecisionEvent.DecisionReviewDue;
import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionEvent.DecisionSuperseded;
import dev.fairlead.events.DecisionId;
import dev.fairlead.stack.testing.ServiceProcess.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole service on real git, a real broker and a real database, killed in between. */
class AdrServiceTest {

  @Test
  @DisplayName("decisions are proposed, made and superseded; numbers, git and events stay true")
  void journey(@TempDir Path folder) throws Exception {
    try (AdrProcess adr = new AdrProcess(folder);
        DecisionFacts facts = new DecisionFacts()) {
      Git git = new Git(adr.repository());

      proposeAtOnce(adr, git);
      refuse(adr);
      accept(adr);
      supersede(adr, git, facts);
      deprecate(adr, facts);
      killWhileProposing(adr, git, facts);
      DecisionId overdue = decideUntilLongAgo(adr);
      tamper(adr, git, facts, folder);
      remindOfReviews(overdue, facts);
      WaiverChapter waivers = new WaiverChapter(adr, git, facts);
      waivers.keep();
      waivers.giveUpOnOneOnly();
      rebuildTheIndex(adr, facts);

      git.run("fsck", "--strict");
      assertThat(git.run("status", "--porcelain")).isEmpty();
    }
  }

  private static void proposeAtOnce(AdrProcess adr, Git git) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String title = "Choice %d of many".formatted(i);
        answers.add(threads.submit(() -> adr.post("dana", "/decisions", Map.of("title", title))));
      }
      Set<String> ids = new TreeSet<>();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).as("%s", answer.get().body()).isEqualTo(201);
        ids.add(answer.get().body().path("decision").asString());
      }
      assertThat(ids)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 16).mapToObj("ADR-%04d"::formatted).toList());
    }
    assertThat(git.run("rev-list", "--count", "HEAD")).isEqualTo("16");
    assertThat(git.run("log", "-1", "--format=%an <%ae> %cn"))
        .isEqualTo("dana <dana@fairlead.invalid> fairlead/adr");
    assertThat(git.run("status", "--porcelain")).as("the files are up to date").isEmpty();
    assertThat(Files.readString(adr.repository().resolve("decisions/README.md")))
        .contains("| [ADR-0016](0016-choice-");
  }

  private static void refuse(AdrProcess adr) throws Exception {
    assertThat(adr.post("dana", "/decisions/1/acceptance", Map.of()).status()).isEqualTo(403);
    assertThat(adr.post("vera", "/decisions", Map.of("title", "No")).status()).isEqualTo(403);
    Answer bad =
        adr.post(
            "dana",
            "/decisions",
            Map.of("title", "", "context", "# Boo", "appliesTo", List.of("?")));
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.body().path("detail").asString())
        .contains("title:", "context: line 1 is a heading", "appliesTo:");
  }

  private static void accept(AdrProcess adr) throws Exception {
    assertThat(
            adr.post("alice", "/decisions/ADR-0001/acceptance", Map.of())
                .body()
                .path("status")
                .asString())
        .isEqualTo("accepted");
    assertThat(adr.post("alice", "/decisions/2/acceptance", Map.of()).status()).isEqualTo(200);
    assertThat(adr.post("alice", "/decisions/3/rejection", Map.of("reason", "too dear")).status())
        .isEqualTo(200);
    Answer twice = adr.post("alice", "/decisions/3/acceptance", Map.of());
    assertThat(twice.status()).isEqualTo(409);
    assertThat(twice.body().path("code").asString()).isEqualTo("decision-already-made");
  }

  private static void supersede(AdrProcess adr, Git git, DecisionFacts facts) throws Exception {
    assertThat(adr.post("alice", "/decisions/1/supersession", Map.of("by", "ADR-0004")).status())
        .as("a proposal supersedes nothing")
        .isEqualTo(409);
    assertThat(adr.post("alice", "/decisions/1/supersession", Map.of("by", "1")).status())
        .isEqualTo(409);
    assertThat(adr.post("alice", "/decisions/77/acceptance", Map.of()).status()).isEqualTo(404);

    assertThat(adr.post("alice", "/decisions/1/supersession", Map.of("by", "2")).status())
        .isEqualTo(200);
    assertThat(git.run("show", "--name-only", "--format=%s", "HEAD"))
        .as("both sides in one commit")
        .startsWith("Supersede ADR-0001 by ADR-0002")
        .contains("decisions/0001-", "decisions/0002-");
    JsonNode old = adr.get("/decisions/1").body();
    assertThat(old.path("supersededBy").asString()).isEqualTo("ADR-0002");
    assertThat(old.path("markdown").asString()).contains("SUPERSEDED by [ADR-0002](0002-choice-");
    assertThat(adr.get("/decisions/2").body().path("markdown").asString())
        .contains("supersedes: [ADR-0001]");

    Answer renewed =
        adr.post("alice", "/decisions/2/reaffirmation", Map.of("reviewBy", "2099-01-31"));
    assertThat(renewed.body().path("reviewBy").asString()).isEqualTo("2099-01-31");
    assertThat(facts.await(DecisionReaffirmed.class, 1).getFirst().reviewBy())
        .isEqualTo(LocalDate.of(2099, 1, 31));
    assertThat(
            adr.post("alice", "/decisions/2/reaffirmation", Map.of("reviewBy", "2020-01-31"))
                .status())
        .isEqualTo(400);
  }

  private static void deprecate(AdrProcess adr, DecisionFacts facts) throws Exception {
    adr.post("alice", "/decisions/5/acceptance", Map.of());
    adr.post("alice", "/decisions/5/deprecation", Map.of("reason", "nobody asks any more"));
    assertThat(facts.await(DecisionSuperseded.class, 1).getFirst().supersededBy())
        .isEqualTo(new DecisionId("ADR-0002"));
    assertThat(facts.await(DecisionDeprecated.class, 1).getFirst().reason())
        .isEqualTo("nobody asks any more");
    assertThat(facts.seen(DecisionRejected.class).getFirst().reason()).isEqualTo("too dear");
    assertThat(facts.seen(DecisionAccepted.class)).hasSize(3);
    assertThat(facts.seen(DecisionProposed.class)).hasSize(16);
    assertThat(facts.latestState("ADR-0001").status()).isEqualTo(DecisionStatus.SUPERSEDED);
    assertThat(adr.get("/decisions?status=accepted").body()).hasSize(1);
    assertThat(adr.lintErrors()).isEmpty();
  }

  /** Whatever was answered with 201 is there afterwards; no number is left out or given twice. */
  private static void killWhileProposing(AdrProcess adr, Git git, DecisionFacts facts)
      throws Exception {
    Set<String> promised = new TreeSet<>();
    for (int round = 0; round < 2; round++) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          String title = "Killed %d-%d".formatted(round, i);
          answers.add(threads.submit(() -> adr.post("dana", "/decisions", Map.of("title", title))));
        }
        answers.get(5).get();
        adr.kill();
        for (Future<Answer> answer : answers) {
          try {
            if (answer.get().status() == 201) {
              promised.add(answer.get().body().path("decision").asString());
            }
          } catch (java.util.concurrent.ExecutionException _) {
            continue;
          }
        }
      }
      Files.writeString(adr.repository().resolve(".git/index.lock"), "");
      adr.start();
    }
    List<String> ids = ids(adr);
    assertThat(ids).containsAll(promised);
    assertThat(ids)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, ids.size()).mapToObj("ADR-%04d"::formatted).toList());
    assertThat(git.run("ls-tree", "--name-only", "HEAD", "decisions/").lines())
        .hasSize(ids.size() + 1);
    assertThat(git.run("status", "--porcelain")).as("the files are up to date").isEmpty();
    facts.await(DecisionProposed.class, ids.size());
    assertThat(facts.count(DecisionProposed.class)).isEqualTo(ids.size());
    assertThat(adr.lintErrors()).isEmpty();
  }

  private static void tamper(AdrProcess adr, Git git, DecisionFacts facts, Path folder)
      throws Exception {
    git.run("clone", "-q", adr.repository().toString(), folder.resolve("clone").toString());
    Git clone = new Git(folder.resolve("clone"));
    Path decided = decision(clone, "0002-");
    Files.writeString(decided, Files.readString(decided).replace("_Not written yet._", "Lies."));
    Path proposed = decision(clone, "0006-");
    Files.writeString(
        proposed, Files.readString(proposed).replace("status: PROPOSED", "status: ACCEPTED"));
    Files.delete(decision(clone, "0005-"));
    clone.run("commit", "-qam", "Nothing to see here");
    clone.run("push", "-q", "origin", "HEAD:main");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> adr.lintErrors().containsAll(List.of("ADR020", "ADR021", "ADR022")));
    assertThat(adr.get("/decisions/2").body().path("markdown").asString())
        .as("the decision stands as it was decided")
        .doesNotContain("Lies.");
    assertThat(facts.latestState("ADR-0006").status())
        .as("nobody accepts past the service")
        .isEqualTo(DecisionStatus.PROPOSED);
    Answer refused = adr.post("alice", "/decisions/2/deprecation", Map.of("reason", "lies"));
    assertThat(refused.body().path("code").asString()).isEqualTo("decision-tampered");

    clone.run("revert", "--no-edit", "HEAD");
    clone.run("push", "-q", "origin", "HEAD:main");
    await().atMost(Duration.ofSeconds(20)).until(() -> adr.lintErrors().isEmpty());
    assertThat(adr.post("alice", "/decisions/6/acceptance", Map.of()).status()).isEqualTo(200);
  }

  /** Soon after a start, when the service looks for the first time what is to be reviewed. */
  private static DecisionId decideUntilLongAgo(AdrProcess adr) throws Exception {
    String id =
        adr.post("dana", "/decisions", Map.of("title", "Look again", "reviewBy", "2026-01-31"))
            .body()
            .path("decision")
            .asString();
    adr.post("alice", "/decisions/%s/acceptance".formatted(id), Map.of());
    return new DecisionId(id);
  }

  private static void remindOfReviews(DecisionId overdue, DecisionFacts facts) {
    assertThat(facts.await(DecisionReviewDue.class, 1))
        .containsExactly(new DecisionReviewDue(overdue, "Look again", LocalDate.of(2026, 1, 31)));
  }

  private static void rebuildTheIndex(AdrProcess adr, DecisionFacts facts) throws Exception {
    JsonNode before = adr.get("/decisions").body();
    adr.kill();
    try (Connection connection = adr.connection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE decisions, own_commits, tamperings");
      statement.execute("UPDATE followed SET commit = NULL");
    }
    adr.start();
    JsonNode after = adr.get("/decisions").body();
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).isEqualTo(before.get(i));
    }
    assertThat(facts.count(DecisionProposed.class))
        .as("what is told again has the id it had")
        .isEqualTo(before.size());
    assertThat(facts.latestState("ADR-0001"))
        .extracting(DecisionState::supersededBy)
        .isEqualTo(new DecisionId("ADR-0002"));
  }

  private static Path decision(Git clone, String prefix) throws Exception {
    try (var files = Files.list(clone.folder().resolve("decisions"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  private static List<String> ids(AdrProcess adr) throws Exception {
    List<String> ids = new ArrayList<>();
    adr.get("/decisions").body().forEach(one -> ids.add(one.path("decision").asString()));
    return ids;
  }
}
