package dev.fairlead.edge.state;

import dev.fairlead.edge.routing.Address;
import dev.fairlead.edge.routing.HealthCheck;
import dev.fairlead.edge.routing.InstanceDefinition;
import dev.fairlead.edge.routing.InstanceStatus;
import dev.fairlead.edge.routing.InvalidRoute;
import dev.fairlead.edge.routing.LatencyCount;
import dev.fairlead.edge.routing.Match;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.routing.RouteStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Routes as JSON: as the admin API takes and shows them, and as the state file keeps them. Unknown
 * fields are ignored, so that a newer deployer can speak to an older proxy.
 */
public final class RouteJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RouteJson() {}

  /** Reads a definition, reporting everything that is wrong with it at once. */
  public static RouteDefinition readDefinition(String name, byte[] document) {
    Fields fields = new Fields();
    RouteDefinition definition = definition(name, parsed(document), fields);
    fields.throwViolations();
    return definition;
  }

  /** The number in the field, or the usual one where the document or the field is missing. */
  public static long readNumber(byte[] document, String field, long usual, long least, long most) {
    if (document.length == 0) {
      return usual;
    }
    Fields fields = new Fields();
    long number = fields.number(parsed(document), "", field, Optional.of(usual), least, most);
    fields.throwViolations();
    return number;
  }

  /**
   * What was saved. A route that makes no sense costs none of the others.
   *
   * @throws InvalidRoute when there is no list of routes at all
   */
  static State readState(byte[] document) {
    List<StateFile.Saved> readable = new ArrayList<>();
    List<InvalidRoute.Violation> violations = new ArrayList<>();
    Fields fields = new Fields();
    for (JsonNode route : fields.list(parsed(document), "", "routes")) {
      try {
        readable.add(readSaved(route));
      } catch (InvalidRoute e) {
        String name = route.path("name").asString("(without name)");
        e.violations().stream().map(one -> one.within(name)).forEach(violations::add);
      }
    }
    fields.throwViolations();
    return new State(readable, violations);
  }

  /** What a state file has, and what is wrong with the rest of it. */
  record State(List<StateFile.Saved> routes, List<InvalidRoute.Violation> violations) {}

  private static StateFile.Saved readSaved(JsonNode route) {
    Fields fields = new Fields();
    if (route instanceof ObjectNode old && !old.has("instances")) {
      old.putArray("instances"); // how a route without any was saved in November 2026
    }
    RouteDefinition definition = definition(route.path("name").asString(""), route, fields);
    long hold = fields.number(route, "", "holdMillis", Optional.of(0L), 0, 30_000);
    fields.throwViolations();
    return new StateFile.Saved(
        definition, hold == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(hold)));
  }

  static byte[] writeState(List<StateFile.Saved> routes) {
    ObjectNode root = JSON.createObjectNode().put("version", 1);
    var list = root.putArray("routes");
    for (StateFile.Saved saved : routes) {
      RouteDefinition definition = saved.definition();
      ObjectNode route = head(definition);
      var instances = route.putArray("instances");
      definition.instances().forEach(one -> instances.add(instance(one)));
      saved.hold().ifPresent(hold -> route.put("holdMillis", hold.toMillis()));
      list.add(route);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  /** A route with its figures, for people and for the deployer. */
  public static byte[] write(RouteStatus status) {
    return JSON.writeValueAsBytes(node(status));
  }

  public static byte[] write(List<RouteStatus> routes) {
    var list = JSON.createArrayNode();
    routes.forEach(route -> list.add(node(route)));
    return JSON.writeValueAsBytes(list);
  }

  private static ObjectNode node(RouteStatus status) {
    ObjectNode route = head(status.definition());
    route.put("held", status.hold().isPresent()).put("waiting", status.waiting());
    var instances = route.putArray("instances");
    for (InstanceStatus one : status.instances()) {
      ObjectNode node = instance(one.definition());
      node.put("state", one.state().name().toLowerCase(Locale.ROOT))
          .put("inFlight", one.inFlight())
          .put("requests", one.requests())
          .put("errors", one.errors());
      node.putObject("latencyMillis")
          .put("p50", one.p50Millis())
          .put("p95", one.p95Millis())
          .put("p99", one.p99Millis());
      var counts = node.putArray("latencyCounts");
      for (LatencyCount count : one.latencies()) {
        counts.addObject().put("upToMillis", count.upToMillis()).put("count", count.count());
      }
      instances.add(node);
    }
    return route;
  }

  private static ObjectNode head(RouteDefinition definition) {
    ObjectNode route = JSON.createObjectNode();
    route.put("name", definition.name()).put("fence", definition.fence());
    ObjectNode match = route.putObject("match");
    definition.match().host().ifPresent(host -> match.put("host", host));
    match.put("pathPrefix", definition.match().pathPrefix());
    definition
        .healthCheck()
        .ifPresent(
            check ->
                route
                    .putObject("healthCheck")
                    .put("path", check.path())
                    .put("timeoutMillis", check.timeout().toMillis()));
    definition.stickyCookie().ifPresent(cookie -> route.put("stickyCookie", cookie));
    return route.put("drainMillis", definition.drain().toMillis());
  }

  private static ObjectNode instance(InstanceDefinition instance) {
    return JSON.createObjectNode()
        .put("id", instance.id())
        .put("address", instance.address().toString())
        .put("weight", instance.weight())
        .put("release", instance.release());
  }

  private static JsonNode parsed(byte[] document) {
    try {
      JsonNode node = JSON.readTree(document);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JacksonException e) {
      throw invalid(
          "(document)", "must be JSON, but is not%s: %s".formatted(at(e), e.getOriginalMessage()));
    }
    throw invalid("(document)", "must be a JSON object");
  }

  /** A document that breaks a limit of the parser, such as its depth, is wrong nowhere. */
  private static String at(JacksonException e) {
    var where = e.getLocation();
    return where == null
        ? ""
        : " at line %d column %d".formatted(where.getLineNr(), where.getColumnNr());
  }

  private static InvalidRoute invalid(String field, String message) {
    return new InvalidRoute(List.of(new InvalidRoute.Violation(field, message)));
  }

  private static final Match EVERYTHING = new Match(Optional.empty(), "/");

  private static RouteDefinition definition(String name, JsonNode node, Fields fields) {
    long fence = fields.number(node, "", "fence", Optional.empty(), 0, Long.MAX_VALUE);
    Match match = fields.checked("match", () -> match(node, fields)).orElse(EVERYTHING);
    List<InstanceDefinition> instances = new ArrayList<>();
    int index = 0;
    for (JsonNode one : fields.list(node, "", "instances")) {
      String at = "instances[" + index++ + "]";
      fields.checked(at, () -> instance(one, at + ".", fields)).ifPresent(instances::add);
    }
    Optional<HealthCheck> check =
        node.path("healthCheck").isObject()
            ? fields.checked("healthCheck", () -> healthCheck(node.path("healthCheck"), fields))
            : Optional.empty();
    Optional<String> cookie = fields.text(node, "", "stickyCookie");
    long drain =
        fields.number(
            node,
            "",
            "drainMillis",
            Optional.of(RouteDefinition.USUAL_DRAIN.toMillis()),
            0,
            3_600_000);
    return fields
        .checked(
            "(document)",
            () ->
                new RouteDefinition(
                    name, fence, match, instances, check, cookie, Duration.ofMillis(drain)))
        .orElseGet(
            () ->
                new RouteDefinition(
                    "invalid",
                    0,
                    match,
                    List.of(),
                    check,
                    Optional.empty(),
                    RouteDefinition.USUAL_DRAIN));
  }

  private static Match match(JsonNode node, Fields fields) {
    JsonNode match = node.path("match");
    if (!match.isObject()) {
      throw new IllegalArgumentException("must be an object with host and pathPrefix");
    }
    return new Match(
        fields.text(match, "match.", "host").filter(host -> !host.equals("*")),
        fields.text(match, "match.", "pathPrefix").orElse("/"));
  }

  private static InstanceDefinition instance(JsonNode node, String at, Fields fields) {
    String id = fields.required(node, at, "id");
    Optional<Address> address =
        fields.checked(at + "address", () -> Address.of(fields.required(node, at, "address")));
    int weight =
        (int)
            fields.number(node, at, "weight", Optional.of(100L), 0, InstanceDefinition.MOST_WEIGHT);
    String release = fields.text(node, at, "release").orElse("");
    return new InstanceDefinition(id, address.orElse(new Address("invalid", 1)), weight, release);
  }

  private static HealthCheck healthCheck(JsonNode node, Fields fields) {
    return new HealthCheck(
        fields.required(node, "healthCheck.", "path"),
        Duration.ofMillis(
            fields.number(node, "healthCheck.", "timeoutMillis", Optional.of(5_000L), 1, 300_000)));
  }
}
