package dev.fairlead.health.target;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Targets that belong to no application, written by hand: {@code targets:} and a list. */
public final class TargetsFile {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private TargetsFile() {}

  /** A target as people write it; all but the first three have a usual value. */
  record Entry(
      @Nullable TargetId id,
      @Nullable ProbeKind probe,
      @Nullable String address,
      @Nullable Long everySeconds,
      @Nullable Long timeoutMillis,
      @Nullable Integer expectStatus,
      @Nullable String expectBody,
      @Nullable String query,
      @Nullable String username,
      @Nullable SecretReference password,
      @Nullable Severity severity,
      @Nullable Integer failures,
      @Nullable Long windowSeconds,
      @Nullable Integer recoverAfter) {

    HealthTarget target() {
      return new HealthTarget(
          Objects.requireNonNull(id),
          Objects.requireNonNull(probe),
          Objects.requireNonNull(address),
          Objects.requireNonNullElse(everySeconds, 30L),
          Objects.requireNonNullElse(timeoutMillis, 5_000L),
          expectStatus,
          expectBody,
          query,
          username,
          password,
          Objects.requireNonNullElse(severity, Severity.CRITICAL),
          Objects.requireNonNullElse(failures, 3),
          Objects.requireNonNullElse(windowSeconds, 120L),
          Objects.requireNonNullElse(recoverAfter, 2));
    }
  }

  /**
   * @throws InvalidTargetsFile with everything that is wrong with it
   */
  public static List<HealthTarget> read(Path file) {
    List<String> broken = new ArrayList<>();
    List<HealthTarget> targets = new ArrayList<>();
    Set<TargetId> seen = new HashSet<>();
    int number = 0;
    for (Object item : listed(file)) {
      number++;
      HealthTarget target = parsed(item, "targets[%d]".formatted(number - 1), broken);
      if (target == null) {
        continue;
      }
      if (!seen.add(target.id())) {
        broken.add("target %s: named twice".formatted(target.id()));
      }
      broken.addAll(TargetRules.violations(target));
      targets.add(target);
    }
    if (!broken.isEmpty()) {
      throw new InvalidTargetsFile(file, broken);
    }
    return targets;
  }

  private static List<?> listed(Path file) {
    try {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      Object root = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
      if (root == null) {
        return List.of();
      }
      if (root instanceof Map<?, ?> map
          && map.keySet().equals(Set.of("targets"))
          && map.get("targets") instanceof List<?> list) {
        return list;
      }
      throw new InvalidTargetsFile(file, List.of("expected 'targets:' and a list, nothing else"));
    } catch (IOException e) {
      throw new InvalidTargetsFile(file, List.of("cannot be read: " + e.getMessage()));
    } catch (YAMLException e) {
      throw new InvalidTargetsFile(file, List.of("is no YAML: " + e.getMessage()));
    }
  }

  private static @Nullable HealthTarget parsed(Object item, String where, List<String> broken) {
    try {
      Entry entry = STRICT.convertValue(item, Entry.class);
      List<String> missing = missing(entry);
      if (missing.isEmpty()) {
        return entry.target();
      }
      broken.add("%s: missing %s".formatted(where, String.join(", ", missing)));
    } catch (JacksonException e) {
      broken.add("%s: %s".formatted(where, e.getOriginalMessage()));
    }
    return null;
  }

  private static List<String> missing(@Nullable Entry entry) {
    List<String> missing = new ArrayList<>();
    if (entry == null || entry.id() == null) {
      missing.add("id");
    }
    if (entry == null || entry.probe() == null) {
      missing.add("probe");
    }
    if (entry == null || entry.address() == null) {
      missing.add("address");
    }
    return missing;
  }
}
