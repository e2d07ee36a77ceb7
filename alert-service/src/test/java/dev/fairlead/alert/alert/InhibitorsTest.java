package dev.fairlead.alert.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.alert.route.Matcher;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import dev.fairlead.stack.testing.Shared;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("The open alerts that inhibit another")
class InhibitorsTest {

  private static final Instant NOW = Instant.parse("2026-11-29T18:00:00Z");
  private static final int OPEN = 60;
  private static final int CANDIDATES = 30;

  /** Every form of a matcher, labels that are there, missing and empty, and those of no column. */
  private static final List<Inhibition> RULES =
      List.of(
          rule("alertname=down", "alertname=slow", "target"),
          rule("severity=critical", "severity=~warning|error", "application", "zone"),
          rule("alertname=~do.*, zone!=a", "severity!=critical", "zone"),
          rule("zone=", "zone=b", "application"),
          rule("zone=b, alertname!=down", "alertname=down", "severity"),
          rule("alertname=full", "alertname!=full"));

  private Alerts alerts;
  private JdbcClient database;
  private TransactionTemplate transaction;

  @BeforeEach
  void migrate() {
    Shared.Database fresh = Shared.freshDatabase("inhibitors");
    var source = new DriverManagerDataSource(fresh.jdbcUrl(), fresh.user(), fresh.password());
    Flyway.configure().dataSource(source).load().migrate();
    database = JdbcClient.create(source);
    alerts = new Alerts(database, JsonMapper.shared());
    transaction = new TransactionTemplate(new JdbcTransactionManager(source));
  }

  @RepeatedTest(5)
  @DisplayName("are those that a look at each open alert by each rule finds")
  void asTheNaiveWay(RepetitionInfo seed) {
    Random random = new Random(seed.getCurrentRepetition());
    List<Alert> open = Stream.generate(() -> alert(random)).limit(OPEN).toList();
    List<Alert> candidates = new ArrayList<>(open.subList(0, CANDIDATES / 2));
    Stream.generate(() -> alert(random)).limit(CANDIDATES / 2).forEach(candidates::add);
    transaction.executeWithoutResult(
        _ -> {
          open.forEach(alerts::save);
          RULES.forEach(rule -> areTheSame(List.of(rule), candidates, open));
          assertThat(areTheSame(RULES, candidates, open)).as("the rules do something").isPositive();
        });
  }

  /**
   * @return how many candidates are inhibited
   */
  private int areTheSame(List<Inhibition> rules, List<Alert> candidates, List<Alert> open) {
    int inhibited = 0;
    for (Alert candidate : candidates) {
      List<Alert> expected = naively(rules, candidate, open);
      List<Alert> found = new Inhibitors(rules, alerts).of(candidate).stream().toList();

      assertThat(found).as("%s by %s", candidate, rules).hasSize(expected.isEmpty() ? 0 : 1);
      assertThat(expected).containsAll(found);
      inhibited += found.size();
    }
    return inhibited;
  }

  /** By the first rule that mutes it at all. */
  private static List<Alert> naively(List<Inhibition> rules, Alert candidate, List<Alert> open) {
    return rules.stream()
        .map(
            rule ->
                open.stream()
                    .filter(other -> !other.id().equals(candidate.id()))
                    .filter(other -> rule.mutes(candidate.routingLabels(), other.routingLabels()))
                    .toList())
        .filter(mutes -> !mutes.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  @Test
  @DisplayName("are found by an index, not among all that are open")
  void byTheIndex() {
    database
        .sql(
            """
            insert into alert (id, incident, fingerprint, cause, severity, words, labels, state,
              since, raised_at, last_seen_at, occurrences, revision)
            select gen_random_uuid(), gen_random_uuid(), number::text, 'down', 'critical', '{}',
              jsonb_build_object('target', 'target-' || number), 'open', now(), now(), now(), 1, 1
            from generate_series(1, 20000) number
            """)
        .update();
    database.sql("analyze alert").update();

    String plan =
        String.join(
            "\n",
            database
                .sql(
                    """
                    explain select * from alert
                    where state <> 'resolved' and labels @> '{"target":"target-7"}'::jsonb
                      and cause = 'down'
                    """)
                .query(String.class)
                .list());
    assertThat(plan).contains("alert_open_labels").doesNotContain("Seq Scan");
  }

  private static Inhibition rule(String source, String target, String... equal) {
    return new Inhibition(matchers(source), matchers(target), List.of(equal));
  }

  private static List<Matcher> matchers(String text) {
    return Stream.of(text.split(",")).map(Matcher::parse).toList();
  }

  private static Alert alert(Random random) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("target", "t" + random.nextInt(9));
    labels.put("application", one(random, "orders", "billing"));
    String zone = one(random, "a", "b", "", "missing");
    if (!zone.equals("missing")) {
      labels.put("zone", zone);
    }
    String cause = one(random, "down", "slow", "full");
    Problem problem =
        new Problem(
            new Fingerprint(cause + ":" + random.nextLong()),
            IncidentId.random(),
            Severity.valueOf(one(random, "WARNING", "ERROR", "CRITICAL")),
            cause,
            new Words("title", "summary", "advice"),
            Labels.of(labels),
            NOW);
    return Alert.raised(AlertId.random(), problem, Labels.of(labels), NOW);
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
