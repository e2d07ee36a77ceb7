package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.CommandLines;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.FaultyRequests;
import dev.fairlead.backup.testing.FaultyRequests.Fault;
import dev.fairlead.backup.testing.FaultyRequests.Plan;
import dev.fairlead.backup.testing.FaultyRequests.Times;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.ServiceProcess;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreFailed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores, good ones and bad ones, with secrets that can be told apart. */
@DisplayName("A secret that backup-service knows or could know")
class CanaryTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-canary/production/main");
  private static final String SLACK = "https://hooks.slack.com/services/T0CANARY/B0CANARY/canary";

  /** Says at the third call all that it was told, as programs do in their error messages. */
  private static final String SAYS_ALL =
      """
      if mkdir %1$s/first 2> /dev/null || mkdir %1$s/second 2> /dev/null; then exec "$REAL" "$@"; fi
      said="cannot log in as $PGUSER with $PGPASSWORD"
      echo "$said" >&2
      printf "%%0$((590 - ${#said}))d %%s\\n" 0 "$PGPASSWORD" >&2 # where the text is cut
      env >&2
      exit 1
      """;

  @TempDir Path folder;
  private final int port = Ports.free();

  @Test
  @DisplayName("is in no log, event, row, answer, error text or command line")
  void nowhere() throws Exception {
    Neighbours.require("postgres", "pg_dump", "pg_restore");
    SourceDatabase source = SourceDatabase.create("canaries").withOrders(2_000);
    String identityText = AgeIdentity.generate();
    List<String> secrets =
        List.of(
            SourceDatabase.password(),
            Buckets.server().credentials().secretKey(),
            secretLine(identityText),
            SLACK,
            RunningService.TOKEN);
    List<String> arguments;
    List<String> said = new ArrayList<>();
    try (FaultyRequests network = FaultyRequests.before(Buckets.server().endpoint());
        CommandLines lines = CommandLines.watch();
        Neighbourhood neighbours = new Neighbourhood()) {
      arguments = arguments(network.endpoint(), identityText);
      try (ServiceProcess _ =
          ServiceProcess.start(arguments, folder, Map.of("FAIRLEAD_SLACK_URL", SLACK))) {
        work(neighbours, network, source);
        said.addAll(answers());
        neighbours.catchUp();
      }
      said.addAll(neighbours.texts());
      said.addAll(lines.all());
      assertThat(lines.all())
          .anyMatch(line -> line.contains("pg_dump"))
          .anyMatch(line -> line.contains("pg_restore"));
    }
    said.addAll(rows(source, arguments));
    said.add(Files.readString(folder.resolve("service.log")));

    assertThat(said)
        .anyMatch(text -> text.contains("cannot log in as " + source.role() + " with ****"));
    assertThat(said).as("half a secret").noneMatch(text -> text.contains("canary-Pass"));
    for (String secret : secrets) {
      assertThat(said).as("canary %s", secret).noneMatch(text -> text.contains(secret));
    }
  }

  private static String secretLine(String identity) {
    return identity
        .lines()
        .filter(line -> line.startsWith("AGE-SECRET-KEY"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> arguments(URI s3, String identityText) throws IOException {
    List<String> arguments = RunningService.arguments(folder);
    arguments.removeIf(argument -> argument.startsWith("--server.port="));
    arguments.removeIf(argument -> argument.startsWith("--fairlead.backup.identity-file="));
    String secret = Buckets.server().credentials().secretKey();
    Path programs = FakePrograms.pgDump(folder, SAYS_ALL.formatted(folder));
    FakePrograms.add(programs, "pg_restore", "exec \"$REAL\" \"$@\"");
    arguments.addAll(
        List.of(
            "--server.port=" + port,
            "--fairlead.backup.recipients="
                + AgeIdentity.parse(identityText).recipients().getFirst(),
            "--fairlead.backup.identity=" + file("identity", identityText),
            "--fairlead.backup.postgres-programs=" + programs,
            "--fairlead.backup.s3.endpoint=" + s3,
            "--fairlead.backup.s3.bucket=" + Buckets.fresh(),
            "--fairlead.backup.s3.access-key=" + Buckets.server().credentials().accessKey(),
            "--fairlead.backup.s3.secret-key=" + file("s3-secret", secret),
            "--fairlead.backup.s3.answer-within=1s"));
    return arguments;
  }

  private String file(String name, String secret) throws IOException {
    return "secret:file:" + Files.writeString(folder.resolve(name), secret);
  }

  /** A good backup with its drill, one that a store fails, one that pg_dump fails; two restores. */
  private void work(Neighbourhood neighbours, FaultyRequests network, SourceDatabase source) {
    neighbours.tell(RunningService.manifest(ORDERS, source, folder));
    BackupId good = request(neighbours);
    neighbours.await(
        BackupVerified.class,
        event -> event.backup().equals(good) && event.level() == ProofLevel.DRILLED);
    BackupId unstored = BackupId.random();
    network.plan(unstored, new Plan(2, Fault.ERROR_500, Times.EACH_TIME));
    request(neighbours, unstored);
    neighbours.await(BackupFailed.class, event -> event.backup().equals(unstored));
    BackupId undumped = request(neighbours);
    neighbours.await(BackupFailed.class, event -> event.backup().equals(undumped));

    RestoreId restore = restore(neighbours, good, source.name() + "_copy");
    neighbours.await(RestoreCompleted.class, event -> event.restore().equals(restore));
    RestoreId again = restore(neighbours, good, source.name() + "_copy");
    neighbours.await(RestoreFailed.class, event -> event.restore().equals(again));
    assertThat(neighbours.heard(BackupCompleted.class)).anyMatch(e -> e.backup().equals(good));
  }

  private static BackupId request(Neighbourhood neighbours) {
    return request(neighbours, BackupId.random());
  }

  private static BackupId request(Neighbourhood neighbours, BackupId backup) {
    neighbours.tell(new BackupRequested(backup, ORDERS, null, null, "canary", null));
    return backup;
  }

  private static RestoreId restore(Neighbourhood neighbours, BackupId backup, String name) {
    RestoreId restore = RestoreId.random();
    neighbours.tell(
        new RestoreRequested(restore, ORDERS, backup, null, name, null, null, null, null));
    return restore;
  }

  private List<String> answers() throws Exception {
    List<String> answers = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String path :
          List.of(
              "backups",
              "restores",
              "databases",
              "drills",
              "recovery-drills",
              "warm-copies",
              "kept-databases",
              "retention",
              "reconciliation",
              "statement-key",
              "nowhere",
              "actuator",
              "actuator/health",
              "actuator/info",
              "actuator/env",
              "actuator/configprops",
              "actuator/prometheus")) {
        URI address = URI.create("http://127.0.0.1:%d/%s".formatted(port, path));
        HttpRequest request =
            HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + RunningService.TOKEN)
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        answers.add(answer.headers().map() + answer.body());
      }
    }
    assertThat(answers.getFirst()).contains("cannot log in as");
    return answers;
  }

  /** Of every table of the service's database. */
  private static List<String> rows(SourceDatabase server, List<String> arguments) {
    String url =
        arguments.stream().filter(it -> it.contains("datasource.url=")).findFirst().orElseThrow();
    String catalogue = url.substring(url.lastIndexOf('/') + 1).replaceAll("\\?.*", "");
    List<String> rows = new ArrayList<>();
    for (String table :
        server.query(
            catalogue,
            "select format('%I.%I', schemaname, tablename) from pg_tables"
                + " where schemaname not in ('pg_catalog', 'information_schema')")) {
      rows.addAll(server.query(catalogue, "select t::text from %s t".formatted(table)));
    }
    assertThat(rows).hasSizeGreaterThan(10);
    return rows;
  }
}
