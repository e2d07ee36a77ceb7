package dev.fairlead.cli.stack;

import dev.fairlead.cli.service.Service;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A process of the local stack, in the order in which they are started. */
public enum Member {
  POSTGRES("the databases"),
  KAFKA("the event stream"),
  NEIGHBOURS("S3, mail, Slack and PagerDuty on this machine"),
  EDGE("the proxy in front of applications"),
  DEPLOYER("deploys and rolls back"),
  BACKUP("takes and restores backups"),
  HEALTH("probes"),
  ALERT("tells people"),
  ADR("keeps decisions"),
  CONSOLE("overview and event stream, an API");

  private final String purpose;

  Member(String purpose) {
    this.purpose = purpose;
  }

  /** As users write it and as its log is called. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String purpose() {
    return purpose;
  }

  /** The services that stand on the chassis: they need a database, and start alike. */
  static List<Member> services() {
    return List.of(DEPLOYER, BACKUP, HEALTH, ALERT, ADR, CONSOLE);
  }

  /** Every port it listens on; the first one is shown. */
  List<Integer> ports(StackPorts ports) {
    return switch (this) {
      case POSTGRES -> List.of(ports.postgres());
      case KAFKA -> List.of(ports.kafka());
      case NEIGHBOURS ->
          List.of(ports.s3(), ports.smtp(), ports.slack(), ports.pagerDuty(), ports.received());
      case EDGE -> List.of(ports.edgeTraffic(), ports.of(Service.EDGE));
      case DEPLOYER -> List.of(ports.of(Service.DEPLOYER));
      case BACKUP -> List.of(ports.of(Service.BACKUP));
      case HEALTH -> List.of(ports.of(Service.HEALTH));
      case ALERT -> List.of(ports.of(Service.ALERT));
      case ADR -> List.of(ports.of(Service.ADR));
      case CONSOLE -> List.of(ports.of(Service.CONSOLE));
    };
  }

  /** Where it says over HTTP whether it works; a plain connection must do for the others. */
  Optional<String> healthAddress(StackPorts ports) {
    return switch (this) {
      case POSTGRES, KAFKA -> Optional.empty();
      case NEIGHBOURS -> Optional.of("http://127.0.0.1:" + ports.received() + "/health");
      case EDGE -> Optional.of("http://127.0.0.1:" + ports.of(Service.EDGE) + "/health");
      case DEPLOYER, BACKUP, HEALTH, ALERT, ADR, CONSOLE ->
          Optional.of("http://127.0.0.1:" + ports(ports).getFirst() + "/actuator/health/readiness");
    };
  }
}
