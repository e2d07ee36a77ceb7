package dev.fairlead.cli.demo;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The only instance in production crashes again and again. */
final class Incident implements Chapter {

  private static final String TARGET = "orders/production/http";
  private static final List<String> CHANNELS = List.of("slack", "mail", "pagerduty");
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Suite suite;
  private final Claims claims;

  Incident(Suite suite, Claims claims) {
    this.suite = suite;
    this.claims = claims;
  }

  @Override
  public void tell() throws InterruptedException {
    boolean noticed = claims.settle(Promise.INCIDENT_NOTICED, this::killAndNotice);
    if (!noticed) {
      return;
    }
    claims.settle(Promise.ALERT_ARRIVED, () -> allChannelsSay("degraded"));
    claims.settle(Promise.INSTANCE_RESTARTED, this::recovers);
    claims.settle(Promise.ALERT_RESOLVED, () -> allChannelsSay("resolved"));
  }

  /** It is started again within seconds, so it is killed again, until that is an incident. */
  private String killAndNotice() throws Exception {
    awaitVerdict("healthy");
    Set<Long> killed = new TreeSet<>();
    Json target =
        suite.await(
            TARGET + " degraded",
            PATIENCE,
            () -> {
              killed.addAll(kill(processesOf("production")));
              return target();
            },
            now -> now.text("verdict").equals("degraded"));
    if (killed.isEmpty()) {
      throw new NotObserved("there was no instance to kill");
    }
    return "processes %s killed; %s".formatted(killed, target.text("lastReason"));
  }

  private static List<Long> kill(List<ProcessHandle> instances) {
    return instances.stream()
        .filter(ProcessHandle::destroyForcibly)
        .map(ProcessHandle::pid)
        .toList();
  }

  private String recovers() throws Exception {
    awaitVerdict("healthy");
    return "version %s serves again in production".formatted(suite.servedVersion("production"));
  }

  private Json awaitVerdict(String verdict) throws NotObserved, InterruptedException {
    return suite.await(
        TARGET + " " + verdict,
        PATIENCE,
        this::target,
        target -> target.text("verdict").equals(verdict));
  }

  private Json target() throws NotObserved {
    return suite.as("viewer", Service.HEALTH).get("/targets").elements().stream()
        .filter(target -> target.text("target").equals(TARGET))
        .findFirst()
        .orElseThrow(() -> new NotObserved("there is no target " + TARGET));
  }

  private String allChannelsSay(String word) throws NotObserved, InterruptedException {
    suite.await(
        "'%s' about production in %s".formatted(word, CHANNELS),
        PATIENCE,
        () -> channelsSaying(word),
        saying -> saying.containsAll(CHANNELS));
    return String.join(", ", CHANNELS);
  }

  private Set<String> channelsSaying(String word) throws IOException, InterruptedException {
    Json received = suite.received();
    return CHANNELS.stream()
        .filter(
            channel ->
                received.at(channel).elements().stream()
                    .map(message -> message.toString().toLowerCase(Locale.ROOT))
                    .anyMatch(text -> text.contains("orders/production") && text.contains(word)))
        .collect(Collectors.toSet());
  }

  /** The processes that Fairlead started for the environment, found by what they were given. */
  private static List<ProcessHandle> processesOf(String environment) {
    return ProcessHandle.allProcesses()
        .filter(process -> environmentOf(process).contains("FAIRLEAD_INSTANCE="))
        .filter(process -> environmentOf(process).contains("orders_" + environment))
        .toList();
  }

  private static String environmentOf(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/%d/environ".formatted(process.pid())), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it ended meanwhile, or belongs to somebody else
    }
  }
}
