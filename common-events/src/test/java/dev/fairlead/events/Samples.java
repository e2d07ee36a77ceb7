package dev.fairlead.events;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One realistic envelope of every event: the golden files are these, written down. */
final class Samples {

  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("idempotencyKey", "build-4711"),
          Map.entry("artifact", "releases/orders-1.4.2.zip"),
          Map.entry("commit", "9f2c1e7"),
          Map.entry("message", "Charge a returned order only once"),
          Map.entry("author", "Ada Lovelace"),
          Map.entry("reason", "error rate 31.0 % is above the limit of 5.0 %"),
          Map.entry("evidence", "3 requests in 80 s; at least 20 are needed for a verdict"),
          Map.entry("keptData", "orders is kept as orders_before_20261120_101500"),
          Map.entry("advice", "look at the log of the instance, then deploy a corrected version"),
          Map.entry("detail", "12 of 12 checks passed"),
          Map.entry("name", "shift-traffic"),
          Map.entry("step", "shift-traffic"),
          Map.entry("description", "shift the route of orders/production to 2 instances"),
          Map.entry("strategy", "rolling"),
          Map.entry("router", "edge"),
          Map.entry("comment", "checked the plan with the shop team"),
          Map.entry("sha256", "0f".repeat(32)),
          Map.entry("manifestHash", "a1".repeat(32)),
          Map.entry("serverVersion", "15.18"),
          Map.entry("store", "s3"),
          Map.entry("location", "orders/production/main/019-manifest.json"),
          Map.entry("newDatabase", "orders_copy"),
          Map.entry("table", "billing.orders"),
          Map.entry("statement", "eyJhbGciOiJFZERTQSJ9.eyJmb3JtYXQiOiIxIn0.c2lnbmF0dXJl"),
          Map.entry("restoredInto", "orders"),
          Map.entry("keptAs", "orders_before_20261121T120000Z"),
          Map.entry("host", "db.internal"),
          Map.entry("instance", "orders-production-5e0c7a11bd20-1"),
          Map.entry("metric", "latency-p95"),
          Map.entry("unit", "ms"),
          Map.entry("resource", "disk"),
          Map.entry("title", "orders/production is degraded"),
          Map.entry("summary", "3 of the last 3 probes failed: HTTP 503"),
          Map.entry("fingerprint", "health:orders/production/http"),
          Map.entry("cause", "health-degraded"),
          Map.entry("via", "slack"),
          Map.entry("notified", "alice"),
          Map.entry("onCall", "alice"),
          Map.entry("place", "orders/production"),
          Map.entry("waiver", "the shop is down"),
          Map.entry("channel", "slack"),
          Map.entry("destination", "#operations"),
          Map.entry("label", "application"),
          Map.entry("value", "orders"),
          Map.entry("appliesTo", "orders"),
          Map.entry("team", "shop"),
          Map.entry("address", "http://127.0.0.1:7180/health"),
          Map.entry("expectBody", "ok"),
          Map.entry("query", "SELECT count(*) FROM orders"),
          Map.entry("username", "orders"),
          Map.entry("schedule", "0 0 2 * * *"),
          Map.entry("files", "/srv/orders/uploads"),
          Map.entry("role", "deployer"),
          Map.entry("operation", "POST /deployments"),
          Map.entry("on", "orders/production"),
          Map.entry("remoteAddress", "127.0.0.1"));

  private static final Map<String, Number> NUMBERS =
      Map.of("expectStatus", 200, "percent", 100.0, "port", 5432, "step", 1, "position", 1);

  private Samples() {}

  static Envelope envelope(Class<? extends Event> type) {
    String service =
        "fairlead/" + EventTypes.nameOf(type).split("-", 2)[0].toLowerCase(Locale.ROOT);
    Event event = type.cast(record(type));
    return new Envelope(
        uuid(1).toString(),
        NOON,
        "/" + service,
        event,
        uuid(2).toString(),
        uuid(3).toString(),
        new Actor("alice"),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  private static Record record(Class<?> type) {
    RecordComponent[] fields = type.getRecordComponents();
    Class<?>[] types = Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Arrays.stream(fields).map(f -> value(f.getName(), f.getGenericType())).toArray();
    try {
      return (Record) type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no sample of " + type, e);
    }
  }

  private static Object value(String field, Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == Map.class
          ? Map.of("application", "orders")
          : List.of(value(field, generic.getActualTypeArguments()[0]));
    }
    Class<?> kind = (Class<?>) type;
    Object known = ofValueType(kind);
    return known != null ? known : ofPlainType(field, kind);
  }

  private static Object ofPlainType(String field, Class<?> kind) {
    if (kind == String.class) {
      return text(field);
    } else if (kind == boolean.class || kind == Boolean.class) {
      return false;
    } else if (kind == double.class) {
      return NUMBERS.getOrDefault(field, 42.5).doubleValue();
    } else if (kind == long.class || kind == Long.class) {
      return NUMBERS.getOrDefault(field, 120).longValue();
    } else if (kind == int.class || kind == Integer.class) {
      return NUMBERS.getOrDefault(field, 3).intValue();
    } else if (kind.isEnum()) {
      return kind.getEnumConstants()[0];
    }
    return record(kind);
  }

  private static String text(String field) {
    String text = TEXTS.get(field);
    if (text == null) {
      throw new IllegalStateException("add a realistic text for the field '" + field + "'");
    }
    return text;
  }

  private static @Nullable Object ofValueType(Class<?> kind) {
    return switch (kind.getSimpleName()) {
      case "ApplicationName" -> new ApplicationName("orders");
      case "EnvironmentName" -> new EnvironmentName("production");
      case "Version" -> new Version("1.4.2");
      case "ArtifactDigest" -> new ArtifactDigest("sha256:" + "ab".repeat(32));
      case "PlanHash" -> new PlanHash("sha256:" + "cd".repeat(32));
      case "DatabaseId" -> new DatabaseId("orders/production/main");
      case "TargetId" -> new TargetId("orders/production/http");
      case "DecisionId" -> new DecisionId("ADR-0042");
      case "Actor" -> new Actor("alice");
      case "SecretReference" -> new SecretReference("secret:env:ORDERS_DATABASE_PASSWORD");
      case "DeploymentId" -> new DeploymentId(uuid(4));
      case "BackupId" -> new BackupId(uuid(5));
      case "RestoreId" -> new RestoreId(uuid(6));
      case "IncidentId" -> new IncidentId(uuid(7));
      case "AlertId" -> new AlertId(uuid(8));
      case "NotificationId" -> new NotificationId(uuid(9));
      case "SilenceId" -> new SilenceId(uuid(10));
      case "Instant" -> NOON;
      case "LocalDate" -> LocalDate.parse("2027-05-21");
      default -> null;
    };
  }

  private static UUID uuid(int number) {
    return UUID.fromString("0193a000-0000-7000-8000-%012d".formatted(number));
  }
}
