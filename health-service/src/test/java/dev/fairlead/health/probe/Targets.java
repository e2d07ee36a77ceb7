package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import org.jspecify.annotations.Nullable;

/** What probes are asked to look at. */
final class Targets {

  static final SecretReference PASSWORD = new SecretReference("secret:env:PASSWORD");

  private Targets() {}

  static HealthTarget http(String url) {
    return http(url, null, null);
  }

  static HealthTarget http(String url, @Nullable Integer status, @Nullable String body) {
    return new HealthTarget(
        new TargetId("orders/test/http"),
        ProbeKind.HTTP,
        url,
        5,
        1_000,
        status,
        body,
        null,
        null,
        null,
        Severity.CRITICAL,
        3,
        120,
        2);
  }

  static HealthTarget tcp(String address) {
    return new HealthTarget(
        new TargetId("orders/test/tcp"),
        ProbeKind.TCP,
        address,
        5,
        1_000,
        null,
        null,
        null,
        null,
        null,
        Severity.CRITICAL,
        3,
        120,
        2);
  }

  static HealthTarget postgreSql(String url, @Nullable String query, SecretReference password) {
    return new HealthTarget(
        new TargetId("orders/test/db"),
        ProbeKind.POSTGRESQL,
        url,
        5,
        2_000,
        null,
        null,
        query,
        "fairlead",
        password,
        Severity.CRITICAL,
        3,
        120,
        2);
  }
}
