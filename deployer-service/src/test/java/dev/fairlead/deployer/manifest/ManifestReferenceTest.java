package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the reader asks for is the truth; the schema and the documentation have to agree with it.
 */
@DisplayName("The keys of a manifest")
class ManifestReferenceTest {

  /** Keys that are only asked for when others are there. */
  private static final List<String> VARIANTS =
      List.of(
          "strategy: {canary: {steps: [{weight: 5%, bake: 1m}], sticky: true}}",
          "strategy: {recreate: {}}",
          "strategy: {blue-green: {}}",
          "probes: {x: {tcp: 'a:1'}}",
          "probes: {x: {url: 'http://a'}}",
          "gates: {freezes: [{name: a, from: 2026-01-01T00:00, until: 2026-01-02T00:00}]}",
          "gates: {freezes: [{name: a, starts: 0 0 0 * * *, for: 1h}]}",
          "hooks: [{name: a, before: build, command: [b]}]",
          "hooks: [{name: a, after: build, command: [b]}]",
          "webhook: {from: github, secret: 'secret:env:A'}");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9.*\\[\\]-]+)` \\|");

  @Test
  @DisplayName("are those of the published schema")
  void schema() throws IOException {
    JsonNode schema = new JsonMapper().readTree(resource("fairlead.schema.json"));
    Set<String> published = new TreeSet<>();
    collect(schema, schema, "", published);
    published.removeIf(key -> key.startsWith("environments.*."));
    published.remove("environments.*");

    assertThat(published).isEqualTo(keys());
  }

  @Test
  @DisplayName("that hold a value are those of the reference in docs/deploying.md")
  void reference() throws IOException {
    String document = Files.readString(Path.of("../docs/deploying.md"));
    String reference = document.substring(document.indexOf("\n## The manifest, key by key"));
    List<String> documented =
        ROW.matcher(reference).results().map((MatchResult row) -> row.group(1)).toList();

    assertThat(documented).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(documented)).isEqualTo(leaves(keys()));
  }

  @Test
  @DisplayName("may be overridden for an environment, but for three")
  void overrides() throws IOException {
    JsonNode schema = new JsonMapper().readTree(resource("fairlead.schema.json"));
    Set<String> all = new TreeSet<>(schema.at("/properties").propertyNames());
    all.removeAll(Set.of("application", "team", "environments"));

    assertThat(new TreeSet<>(schema.at("/$defs/overrides/properties").propertyNames()))
        .isEqualTo(all);
  }

  private static Set<String> keys() throws IOException {
    Set<String> keys = new TreeSet<>();
    String example = resource("fairlead.example.yaml");
    keys.addAll(asked(example));
    String rest =
        "application: a\nartifact: {archive: a}\ncommand: [a]\nroute: {host: a}\nenvironments: {staging: {}}\n";
    keys.addAll(
        asked(
            "application: a\nruntime: docker\nartifact: {build: {}}\nroute: {host: a}\nenvironments: {staging: {}}\n"));
    for (String variant : VARIANTS) {
      keys.addAll(asked(rest + variant));
    }
    return keys;
  }

  private static Set<String> asked(String yaml) {
    ManifestReader reader = new ManifestReader(Samples.HOST);
    reader.read(yaml);
    return reader.keys();
  }

  private static Set<String> leaves(Set<String> keys) {
    return keys.stream()
        .filter(
            key ->
                keys.stream()
                    .noneMatch(other -> other.startsWith(key + ".") || other.startsWith(key + "[")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void collect(JsonNode schema, JsonNode node, String place, Set<String> keys) {
    JsonNode reference = node.path("$ref");
    if (reference.isString()) {
      collect(schema, schema.at(reference.asString().substring(1)), place, keys);
    }
    if (node.path("items").isObject()) {
      collect(schema, node.path("items"), place + "[]", keys);
    }
    if (node.path("additionalProperties").has("$ref")) {
      collect(schema, node.path("additionalProperties"), place + ".*", keys);
    }
    for (String key : node.path("properties").propertyNames()) {
      String inner = place.isEmpty() ? key : place + "." + key;
      keys.add(inner);
      collect(schema, node.path("properties").path(key), inner, keys);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream =
        ManifestReferenceTest.class.getResourceAsStream("/manifest/" + name)) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
