package dev.fairlead.health.sample;

import dev.fairlead.events.TargetId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The minutes of the last days, in one partition a day. */
@Repository
public class Samples {

  private static final String PARTITION = "samples_";
  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  private final JdbcClient jdbc;

  Samples(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds it; a minute that was begun before a restart is summed up, its percentiles kept apart. */
  public void add(Sample sample) {
    jdbc.sql(
            """
            INSERT INTO samples
              (target, minute, probes, failures, latency_p50_millis, latency_p95_millis)
            VALUES (:target, :minute, :probes, :failures, :p50, :p95)
            ON CONFLICT (target, minute) DO UPDATE SET
              probes = samples.probes + excluded.probes,
              failures = samples.failures + excluded.failures,
              latency_p50_millis = greatest(samples.latency_p50_millis, excluded.latency_p50_millis),
              latency_p95_millis = greatest(samples.latency_p95_millis, excluded.latency_p95_millis)
            """)
        .param("target", sample.target().value())
        .param("minute", sample.from().atOffset(ZoneOffset.UTC))
        .param("probes", sample.probes())
        .param("failures", sample.failures())
        .param("p50", sample.latencyP50Millis())
        .param("p95", sample.latencyP95Millis())
        .update();
  }

  /** The latest minutes of a target, newest first. */
  public List<Sample> latest(TargetId target, int most) {
    return jdbc.sql(
            """
            SELECT * FROM samples WHERE target = :target ORDER BY minute DESC LIMIT :most
            """)
        .param("target", target.value())
        .param("most", most)
        .query(Samples::sample)
        .list();
  }

  /** Makes the partitions of yesterday to tomorrow, and drops those older than {@code keepDays}. */
  public void keepPartitions(Instant now, int keepDays) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    today.minusDays(1).datesUntil(today.plusDays(2)).forEach(this::makePartition);
    String oldest = PARTITION + DAY.format(today.minusDays(keepDays));
    partitions().stream()
        .filter(name -> name.compareTo(oldest) < 0)
        .forEach(name -> jdbc.sql("DROP TABLE IF EXISTS " + name).update());
  }

  private void makePartition(LocalDate day) {
    jdbc.sql(
            "CREATE TABLE IF NOT EXISTS %s%s PARTITION OF samples FOR VALUES FROM ('%s') TO ('%s')"
                .formatted(
                    PARTITION,
                    DAY.format(day),
                    day.atStartOfDay(ZoneOffset.UTC),
                    day.plusDays(1).atStartOfDay(ZoneOffset.UTC)))
        .update();
  }

  private List<String> partitions() {
    return jdbc.sql(
            """
            SELECT inhrelid::regclass::text FROM pg_inherits
            WHERE inhparent = 'samples'::regclass
            """)
        .query(String.class)
        .list();
  }

  private static Sample sample(ResultSet row, int index) throws SQLException {
    Instant from = row.getTimestamp("minute").toInstant();
    return new Sample(
        new TargetId(row.getString("target")),
        from,
        from.plus(1, ChronoUnit.MINUTES),
        row.getInt("probes"),
        row.getInt("failures"),
        row.getDouble("latency_p50_millis"),
        row.getDouble("latency_p95_millis"));
  }
}
