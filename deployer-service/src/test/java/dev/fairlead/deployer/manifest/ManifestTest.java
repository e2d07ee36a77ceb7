package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.rollout.Batch;
import dev.fairlead.deployer.rollout.BlueGreen;
import dev.fairlead.deployer.rollout.Rolling;
import dev.fairlead.deployer.runtime.Limits;
import dev.fairlead.events.EnvironmentName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("A manifest")
class ManifestTest {

  private static final String SHORTEST =
      """
      application: orders
      artifact: {archive: "orders-{version}.zip"}
      command: [java, -jar, orders.jar]
      route: {host: orders.localhost}
      environments:
        staging: {}
      """;

  @Test
  @DisplayName("may be as long as the annotated example, in which every key is explained")
  void example() throws IOException {
    Manifest manifest = read(resource("/manifest/fairlead.example.yaml"));

    EnvironmentSpec staging = environment(manifest, "staging");
    EnvironmentSpec production = environment(manifest, "production");
    assertThat(staging.replicas()).isEqualTo(1);
    assertThat(production.replicas()).isEqualTo(3);
    assertThat(staging.approval().required()).isFalse();
    assertThat(production.approval().required()).isTrue();
    assertThat(staging.variables()).containsEntry("LOG_LEVEL", "info");
    assertThat(production.variables())
        .containsEntry("LOG_LEVEL", "warn")
        .containsEntry("DATABASE_USER", "orders");
    assertThat(production.databases().getFirst().name()).isEqualTo("orders_production");
    assertThat(production.route().host()).isEqualTo("orders.production.localhost");
  }

  @Test
  @DisplayName("chooses a router for each environment; the edge proxy where it says nothing")
  void router() {
    Manifest manifest = read(SHORTEST + "  production: {router: haproxy}\n");

    assertThat(environment(manifest, "staging").route().kind()).isEqualTo(RouterKind.EDGE);
    assertThat(environment(manifest, "production").route().kind()).isEqualTo(RouterKind.HAPROXY);
    InvalidManifest invalid =
        catchThrowableOfType(
            InvalidManifest.class, () -> read(SHORTEST.strip() + "\nrouter: apache\n"));
    assertThat(invalid)
        .hasMessageContaining("router")
        .hasMessageContaining("found 'apache', expected edge or haproxy or nginx or traefik");
  }

  @Test
  @DisplayName("is described by the published schema, for editors and for other programs")
  void schema() throws IOException {
    JsonMapper json = new JsonMapper();
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(resource("/manifest/fairlead.schema.json"));
    Map<String, Object> example =
        new org.yaml.snakeyaml.Yaml().load(resource("/manifest/fairlead.example.yaml"));

    assertThat(schema.validate(json.valueToTree(example))).isEmpty();
    example.put("replikas", 2);
    assertThat(schema.validate(json.valueToTree(example))).hasSize(1);
  }

  @Test
  @DisplayName("may be short, and then means what the example says of the keys left out")
  void defaults() {
    EnvironmentSpec spec = environment(read(SHORTEST), "staging");

    assertThat(spec.replicas()).isEqualTo(1);
    assertThat(spec.strategy()).isEqualTo(new Rolling(Batch.of(1)));
    assertThat(spec.health().stayHealthy()).isEqualTo(Duration.ofSeconds(5));
    assertThat(spec.health().within()).isEqualTo(Duration.ofSeconds(60));
    assertThat(spec.deadline()).isEqualTo(Duration.ofMinutes(15));
    assertThat(spec.bake()).isEqualTo(Duration.ofMinutes(10));
    assertThat(spec.drain()).isEqualTo(Duration.ofSeconds(30));
    assertThat(spec.approval().required()).isFalse();
    assertThat(spec.limits()).isEqualTo(new Limits(512L << 20, 1, 512, 64L << 20));
  }

  @Test
  @DisplayName("says what each container may use, and overrides one limit for an environment")
  void limits() {
    Manifest manifest =
        read(
            SHORTEST
                + "  production: {limits: {memory: 1GB, processors: 1.5}}\n"
                + "limits: {memory: 600MB, processes: 100, tmp: 8MB}\n");

    assertThat(environment(manifest, "staging").limits())
        .isEqualTo(new Limits(600L << 20, 1, 100, 8L << 20));
    assertThat(environment(manifest, "production").limits())
        .isEqualTo(new Limits(1L << 30, 1.5, 100, 8L << 20));
  }

  @Test
  @DisplayName("may choose another strategy for one environment")
  void otherStrategy() {
    String yaml =
        SHORTEST.replace("staging: {}", "staging: {strategy: {blue-green: {}}}")
            + "strategy: {rolling: {batch: 50%}}\n";

    assertThat(environment(read(yaml), "staging").strategy()).isEqualTo(new BlueGreen());
  }

  @ParameterizedTest(name = "{0} instead of {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          application: Orders            | application: orders          | line 1: application: application name 'Orders' is not valid
          replikas: 2                    | command: [java, -jar, orders.jar] | line 3: replikas: unknown key; did you mean replicas?
          replicas: many                 | command: [java, -jar, orders.jar] | line 3: replicas: found 'many', expected a number from 1 to 100
          health: {interval: 5}          | command: [java, -jar, orders.jar] | line 3: health.interval: '5' is no duration; expected a number with ms, s, m, h or d, such as 30s
          health: {within: 2h}           | command: [java, -jar, orders.jar] | line 3: health.within: '2h' is out of range; expected 1s to 1h
          health: {within: 3s}           | command: [java, -jar, orders.jar] | line 3: health.within: 3s leaves no time to stay healthy for 5s
          strategy: {rolling: {batch: 0}} | command: [java, -jar, orders.jar] | line 3: strategy.rolling.batch: found '0', expected a number from 1 to 100, or a share such as 25%
          strategy: {canari: {}}         | command: [java, -jar, orders.jar] | line 3: strategy.canari: unknown key; did you mean canary?
          strategy: {canary: {}, recreate: {}} | command: [java, -jar, orders.jar] | line 3: strategy: expected exactly one of rolling, blue-green, canary, recreate, found canary, recreate
          strategy: {canary: {steps: [{weight: 0%}]}} | command: [java, -jar, orders.jar] | line 3: strategy.canary.steps[0].weight: found '0%', expected a weight from 1% to 99%
          strategy: {canary: {steps: [{weight: 9%}, {weight: 5%}]}} | command: [java, -jar, orders.jar] | line 3: strategy.canary.steps: the weight 5% follows 9%; expected weights that grow
          decisions: [ADR-1, x]          | command: [java, -jar, orders.jar] | line 3: decisions[1]: decision id 'x' is not valid
          verification: {max-error-rate: lots} | command: [java, -jar, orders.jar] | line 3: verification.max-error-rate: found 'lots', expected a share such as 1% or 0.01
          probes: {a: {database: main}}  | command: [java, -jar, orders.jar] | line 3: probes.a.database: 'main' is not among the databases of this manifest
          databases: {main: {password: hunter2}} | command: [java, -jar, orders.jar] | line 3: databases.main.password: secret reference 'hunter2' is not valid
          limits: {memory: 5MB}          | command: [java, -jar, orders.jar] | line 3: limits.memory: '5MB' is out of range; expected 6MB to 4096GB
          limits: {memory: 5000GB}       | command: [java, -jar, orders.jar] | line 3: limits.memory: '5000GB' is out of range; expected 6MB to 4096GB
          limits: {memory: 600}          | command: [java, -jar, orders.jar] | line 3: limits.memory: found '600', expected a size such as 512MB or 2GB
          limits: {processors: 0}        | command: [java, -jar, orders.jar] | line 3: limits.processors: found '0', expected a number of processors such as 0.5
          limits: {processes: 0}         | command: [java, -jar, orders.jar] | line 3: limits.processes: found '0', expected a number from 1 to 1000000
          limits: {tmp: 100KB}           | command: [java, -jar, orders.jar] | line 3: limits.tmp: '100KB' is out of range; expected 1MB to 4096GB
          limits: {memory: 1GB, tmp: 1536MB} | command: [java, -jar, orders.jar] | line 3: limits.tmp: 1536MB is more than the memory of 1GB, as part of which it counts
          limits: {cpus: 2}              | command: [java, -jar, orders.jar] | line 3: limits.cpus: unknown key
          environment: {A: "${NOWHERE}"} | command: [java, -jar, orders.jar] | line 3: environment.A: ${NOWHERE} is not set in the deployer's environment
          route: {path: /}               | route: {host: orders.localhost} | line 4: route.host: is missing
          runtime: docker                | command: [java, -jar, orders.jar] | line 2: artifact.archive: runtime docker runs an image
          hosts: [alpha]                 | command: [java, -jar, orders.jar] | line 3: hosts: is for runtime docker
          hosts: [Alpha]                 | command: [java, -jar, orders.jar] | line 3: hosts[0]: host name 'Alpha' is not valid
          "runtime: docker\\nartifact: {build: {args: {A: 'secret:env:A'}}}" | artifact: {archive: "orders-{version}.zip"} | line 3: artifact.build.args: A is a secret, and everybody who has the image could read it
          "runtime: docker\\nartifact: {build: {dockerfile: ../Dockerfile}}" | artifact: {archive: "orders-{version}.zip"} | line 3: artifact.build.dockerfile: found '../Dockerfile', expected a path without .. in the context
          "runtime: docker\\nartifact: {build: {dockerfile: /Dockerfile}}" | artifact: {archive: "orders-{version}.zip"} | line 3: artifact.build.dockerfile: found '/Dockerfile', expected a path without .. in the context
          gates: {freezes: [{name: x, starts: daily, for: 1h}]} | command: [java, -jar, orders.jar] | line 3: gates.freezes[0].starts: 'daily' is no cron expression
          gates: {freezes: [{name: x, from: 2026-12-24T00:00, until: 2026-12-23T00:00}]} | command: [java, -jar, orders.jar] | line 3: gates.freezes[0].until: 2026-12-23T00:00 is not after 2026-12-24T00:00
          gates: {freezes: [{name: x, starts: "0 0 2 * * *", for: 1h, zone: Bielefeld}]} | command: [java, -jar, orders.jar] | line 3: gates.freezes[0].zone: 'Bielefeld' is no time zone
          gates: {incidents: perhaps}    | command: [java, -jar, orders.jar] | line 3: gates.incidents: found 'perhaps', expected ignore or must or should
          verification: {database: [{query: select 1, expect: 1}]} | command: [java, -jar, orders.jar] | line 3: verification.database[0].database: '' is not among the databases of this manifest
          verification: {max-p95-factor: 0.5} | command: [java, -jar, orders.jar] | line 3: verification.max-p95-factor: found '0.5', expected a factor of at least 1
          verification: {logs: {pattern: "("}} | command: [java, -jar, orders.jar] | line 3: verification.logs.pattern: '(' is no regular expression
          hooks: [{name: x, before: lunch, command: [a]}] | command: [java, -jar, orders.jar] | line 3: hooks[0].before: found 'lunch', expected backup or bake or build or preflight or prepare or rollout or test or verify
          hooks: [{name: x, before: build, command: [a, "secret:env:A"]}] | command: [java, -jar, orders.jar] | line 3: hooks[0].command: everybody on the host can read a command
          hooks: [{name: x, before: build, command: [a], grade: should}] | command: [java, -jar, orders.jar] | line 3: hooks[0].grade: what runs before a phase stops it
          hooks: [{name: x, after: build, command: [a]}, {name: x, after: test, command: [a]}] | command: [java, -jar, orders.jar] | line 3: hooks: two are called 'x'
          "approval: required\\nwebhook: {from: github, secret: 'secret:env:A'}" | command: [java, -jar, orders.jar] | line 4: webhook: nobody stands behind a push
          webhook: {from: elsewhere, secret: 'secret:env:A'} | command: [java, -jar, orders.jar] | line 3: webhook.from: found 'elsewhere', expected github or gitlab or registry
          approval: maybe                | command: [java, -jar, orders.jar] | line 3: approval: found 'maybe', expected none or required
          "environments:\\n  staging: {team: x}" | "environments:\\n  staging: {}" | line 6: environments.staging.team: cannot differ between environments
          """)
  @DisplayName("with something wrong in it is refused with the line, the key, and what is expected")
  void refused(String wrong, String right, String sentence) {
    String yaml = SHORTEST.replace(right.replace("\\n", "\n"), wrong.replace("\\n", "\n"));

    assertThat(refusal(yaml).getMessage()).contains(sentence);
  }

  @Test
  @DisplayName("is refused with everything that is wrong, at once")
  void everythingAtOnce() {
    InvalidManifest refusal =
        refusal(
            """
            application: Orders
            replicas: 0
            healthh: {}
            limits: {memory: 1MB, processors: none, processes: 0, tmp: 1KB}
            artifact: {}
            environments:
              staging: {bake: never}
              Production: {}
            """);

    assertThat(refusal.violations())
        .extracting(Violation::path)
        .containsExactlyInAnyOrder(
            "application",
            "environments",
            "artifact",
            "command",
            "replicas",
            "bake",
            "limits.memory",
            "limits.processors",
            "limits.processes",
            "limits.tmp",
            "route.host",
            "healthh");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          "application: [a"  | no YAML
          just a text        | a manifest is a mapping
          "a: 1\\na: 2"      | line 2: a: is written twice
          """)
  @DisplayName("that is no YAML, or dangerous YAML, is refused like any other")
  void notYaml(String yaml, String sentence) {
    assertThat(refusal(yaml.replace("\\n", "\n")).getMessage()).contains(sentence);
  }

  private static EnvironmentSpec environment(Manifest manifest, String name) {
    return manifest.environment(new EnvironmentName(name)).orElseThrow();
  }

  private static Manifest read(String yaml) {
    return Manifest.read(yaml, Samples.HOST);
  }

  private static InvalidManifest refusal(String yaml) {
    return Objects.requireNonNull(
        catchThrowableOfType(InvalidManifest.class, () -> read(yaml)), "it was accepted");
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ManifestTest.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
