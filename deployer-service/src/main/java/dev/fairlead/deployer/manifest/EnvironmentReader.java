package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All sections of one environment, its overrides merged in. */
final class EnvironmentReader {

  private EnvironmentReader() {}

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  static EnvironmentSpec read(Place place, Section top) {
    RuntimeKind runtime = top.or("runtime", EnvironmentReader::runtimeKind, RuntimeKind.PROCESS);
    ArtifactSource artifact = ArtifactReader.read(top.section("artifact"), runtime);
    List<String> command = top.list("command", Function.identity());
    if (command.isEmpty() && runtime == RuntimeKind.PROCESS) {
      top.violate("command", "is missing; a process needs one, such as [java, -jar, orders.jar]");
    }
    List<Database> databases = DatabasesReader.read(place, top.section("databases"));
    Section alerts = top.section("alerts");
    Map<String, String> labels = alerts.texts("labels");
    alerts.end();
    Section retention = top.section("retention");
    int releases = retention.or("releases", Scalars.number(1, 100), 5);
    retention.end();
    ApprovalPolicy approval = ApprovalReader.read(top);
    return new EnvironmentSpec(
        place,
        top.optional("team", Function.identity()).orElse(null),
        runtime,
        hosts(top, runtime),
        artifact,
        command,
        top.optional("port", Scalars.number(1, 65_535)).orElse(null),
        top.or("replicas", Scalars.number(1, 100), 1),
        HealthReader.read(top.section("health")),
        StrategyReader.read(top.section("strategy")),
        top.or("drain", between(Duration.ZERO, HOUR), Duration.ofSeconds(30)),
        top.or("deadline", between(Duration.ofSeconds(5), DAY), Duration.ofMinutes(15)),
        top.or("bake", between(Duration.ZERO, DAY.multipliedBy(7)), Duration.ofMinutes(10)),
        RouteReader.read(top),
        VariablesReader.read(top),
        databases,
        TestsReader.read(top),
        VerificationReader.read(top.section("verification"), databases),
        ProbesReader.read(top.section("probes"), databases),
        labels,
        top.list("decisions", DecisionId::new),
        releases,
        approval,
        GatesReader.read(top.section("gates")),
        HooksReader.read(top),
        WebhookReader.read(top, approval),
        top.or("queue", EnvironmentReader::queueOrder, QueueOrder.IN_ORDER),
        LimitsReader.read(top.section("limits")));
  }

  private static List<HostName> hosts(Section top, RuntimeKind runtime) {
    List<HostName> hosts = top.list("hosts", HostName::new).stream().distinct().toList();
    if (!hosts.isEmpty() && runtime == RuntimeKind.PROCESS) {
      top.violate("hosts", "is for runtime docker; a process runs on the deployer's own host");
    }
    return hosts.isEmpty() ? List.of(HostName.LOCAL) : hosts;
  }

  private static QueueOrder queueOrder(String text) {
    return Scalars.oneOfWords(Map.of("in-order", QueueOrder.IN_ORDER, "newest", QueueOrder.NEWEST))
        .apply(text);
  }

  private static RuntimeKind runtimeKind(String text) {
    return Scalars.oneOfWords(Map.of("process", RuntimeKind.PROCESS, "docker", RuntimeKind.DOCKER))
        .apply(text);
  }
}
