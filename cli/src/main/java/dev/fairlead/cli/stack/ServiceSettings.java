package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.service.Service;
import dev.fairlead.stack.FakePagerDuty;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each service of a local stack is told: addresses and credentials in its environment, the
 * rest in a file that anybody can read. Secrets are only ever references in that file. What a
 * person wants otherwise is in a file of the same name in another folder.
 */
final class ServiceSettings {

  private final StackHome home;
  private final StackPorts ports;
  private final StackSecrets secrets;

  ServiceSettings(StackHome home, StackPorts ports, StackSecrets secrets) {
    this.home = home;
    this.ports = ports;
    this.secrets = secrets;
  }

  Map<String, String> environment(Member member) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("FAIRLEAD_HOME", home.folder().toString());
    environment.put("FAIRLEAD_PORT", Integer.toString(member.ports(ports).getFirst()));
    // Not for the services themselves: manifests of applications on this machine may name them.
    environment.put("FAIRLEAD_POSTGRES_PORT", Integer.toString(ports.postgres()));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("FAIRLEAD_KAFKA", "127.0.0.1:" + ports.kafka());
    environment.put("FAIRLEAD_DB_URL", databaseUrl(databaseOf(member)));
    environment.put("FAIRLEAD_DB_USER", databaseOf(member));
    environment.put("FAIRLEAD_DB_PASSWORD", databasePassword(member));
    environment.put("FAIRLEAD_SECURITY_TOKENSFILE", secrets.tokensFile().toString());
    environment.put("SPRING_CONFIG_ADDITIONALLOCATION", locations(member));
    return environment;
  }

  /** Database and role have one name: a service reaches its own data and no other. */
  static String databaseOf(Member member) {
    return "fairlead_" + member.text();
  }

  String databasePassword(Member member) {
    return secrets.named(StackSecrets.databasePassword(member));
  }

  private String databaseUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(ports.postgres(), database);
  }

  Map<String, String> neighbours() {
    return Map.of(
        "FAIRLEAD_S3_FOLDER", home.s3().toString(),
        "FAIRLEAD_S3_PORT", Integer.toString(ports.s3()),
        "FAIRLEAD_S3_ACCESSKEY", secrets.named(StackSecrets.S3_ACCESS_KEY),
        "FAIRLEAD_S3_SECRETKEY", secrets.named(StackSecrets.S3_SECRET_KEY),
        "FAIRLEAD_S3_BUCKET", StackHome.BUCKET,
        "FAIRLEAD_SMTP_PORT", Integer.toString(ports.smtp()),
        "FAIRLEAD_SLACK_PORT", Integer.toString(ports.slack()),
        "FAIRLEAD_PAGERDUTY_PORT", Integer.toString(ports.pagerDuty()),
        "FAIRLEAD_LISTING_PORT", Integer.toString(ports.received()));
  }

  Map<String, String> edge() {
    return Map.of(
        "FAIRLEAD_EDGE_PORT", Integer.toString(ports.edgeTraffic()),
        "FAIRLEAD_EDGE_ADMIN_PORT", Integer.toString(ports.of(Service.EDGE)),
        "FAIRLEAD_EDGE_TOKEN", secrets.named(StackSecrets.EDGE_TOKEN),
        "FAIRLEAD_EDGE_STATE", home.data().resolve("edge").resolve("routes.json").toString());
  }

  /** Of two that say the same the later one counts: a person's own settings. */
  private String locations(Member member) {
    return "file:%s,optional:file:%s"
        .formatted(write(member), home.ownSettings().resolve(fileName(member)));
  }

  private static String fileName(Member member) {
    return member.text() + ".yaml";
  }

  /**
   * Before anything starts: a file that no service reads would be no help to who wrote it.
   *
   * @throws Failure naming each file that is called like no service
   */
  static void requireNamesOfServices(StackHome home) {
    List<String> names = Member.services().stream().map(ServiceSettings::fileName).toList();
    try (Stream<Path> files = Files.list(home.ownSettings())) {
      List<String> unread =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[^.].*\\.ya?ml") && !names.contains(name))
              .sorted()
              .toList();
      if (!unread.isEmpty()) {
        throw new Failure(
            Exit.USAGE,
            "no service reads %s in %s".formatted(String.join(", ", unread), home.ownSettings()),
            "name each after its service: %s".formatted(String.join(", ", names)));
      }
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot look into %s: %s".formatted(home.ownSettings(), e),
          "correct the folder's rights",
          e);
    }
  }

  private Path write(Member member) {
    Path file = home.settings().resolve(fileName(member));
    try {
      Files.writeString(
          file,
          "# Written by fairlead up, at every start. Your own settings go into\n# %s, which counts more.\nfairlead:\n%s"
              .formatted(home.ownSettings().resolve(fileName(member)), yaml(member).indent(2)));
      return file;
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "free disk space or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  private String yaml(Member member) {
    return switch (member) {
      case DEPLOYER -> deployer();
      case BACKUP -> backup();
      case ALERT -> alert();
      case ADR -> "adr:\n  repository: " + home.data().resolve("decisions");
      case HEALTH, CONSOLE, POSTGRES, KAFKA, NEIGHBOURS, EDGE -> "bind: 127.0.0.1";
    };
  }

  private String deployer() {
    return """
        deployer:
          home: %s
          least-disk-free: 500MB
          edge:
            admin: http://127.0.0.1:%d
            traffic: http://127.0.0.1:%d
            token: %s
          manifests:
            closed:
        %s"""
        .formatted(
            home.data().resolve("deployer"),
            ports.of(Service.EDGE),
            ports.edgeTraffic(),
            secrets.reference(StackSecrets.EDGE_TOKEN),
            closed());
  }

  private String closed() {
    return secrets.closed().stream().map("      - %s\n"::formatted).collect(Collectors.joining());
  }

  private String backup() {
    return """
        backup:
          postgres-programs: %s
          recipients: [%s]
          identity: secret:file:%s
          restore-as:
            username: %s
            password: secret:file:%s
          drill:
            folder: %s
            statement-key: %s
          disk:
            folder: %s
            keep-last: 7
          s3:
            endpoint: http://127.0.0.1:%d
            bucket: %s
            access-key: %s
            secret-key: %s
            keep-days: 30
        """
        .formatted(
            PostgresBinaries.required().folder(),
            secrets.ageRecipient(),
            secrets.ageIdentity(),
            PostgresServer.USER,
            home.data().resolve("postgres/password"),
            home.data().resolve("drills"),
            home.secrets().resolve(StackSecrets.STATEMENT_KEY),
            home.backups(),
            ports.s3(),
            StackHome.BUCKET,
            secrets.named(StackSecrets.S3_ACCESS_KEY),
            secrets.reference(StackSecrets.S3_SECRET_KEY));
  }

  private String alert() {
    String webhook = "http://127.0.0.1:%d/services/T0LOCAL/B0LOCAL/ops".formatted(ports.slack());
    return """
        alert:
          console-url: http://127.0.0.1:%d
          channels:
            slack:
              slack:
                url: %s
              fallback: email
            email:
              email:
                host: 127.0.0.1
                port: %d
                tls: none
                from: fairlead@localhost.localdomain
                to: [on-call@localhost.localdomain]
            pagerduty:
              pagerduty:
                routing-key: %s
                url: http://127.0.0.1:%d
              fallback: slack
          receivers:
            everyone: [slack, email, pagerduty]
          routes:
            - receiver: everyone
          schedules:
            shop:
              rotations: [{people: [alice, bob], starts: "2026-01-05T09:00"}]
        """
        .formatted(
            ports.of(Service.CONSOLE),
            secrets.keep(StackSecrets.SLACK_WEBHOOK, webhook),
            ports.smtp(),
            secrets.keep(StackSecrets.PAGERDUTY_ROUTING_KEY, FakePagerDuty.routingKey()),
            ports.pagerDuty());
  }
}
