package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.Hook.When;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code hooks}: commands that are run before and after phases. */
final class HooksReader {

  private static final Map<String, Phase> PHASES =
      Arrays.stream(Phase.values())
          .collect(
              Collectors.toMap(phase -> phase.name().toLowerCase(Locale.ROOT), phase -> phase));

  private static final Map<String, Boolean> GRADES = Map.of("must", true, "should", false);

  private HooksReader() {}

  static List<Hook> read(Section top) {
    Set<String> names = new HashSet<>();
    List<Hook> hooks = top.listOfSections("hooks", HooksReader::hook);
    hooks.stream()
        .map(Hook::name)
        .filter(name -> !name.isEmpty() && !names.add(name))
        .forEach(name -> top.violate("hooks", "two are called '%s'".formatted(name)));
    return hooks;
  }

  private static Hook hook(Section section) {
    String side = section.oneOf("before", "after").orElse("before");
    When when = side.equals("before") ? When.BEFORE : When.AFTER;
    List<String> command = section.list("command", Function.identity());
    if (command.isEmpty()) {
      section.violate("command", "is missing");
    }
    if (command.stream().anyMatch(word -> word.contains("secret:"))) {
      section.violate(
          "command", "everybody on the host can read a command; give a secret in environment");
    }
    boolean required = section.or("grade", Scalars.oneOfWords(GRADES), true);
    if (when == When.BEFORE && !required) {
      section.violate("grade", "what runs before a phase stops it when it fails; expected must");
    }
    Hook hook =
        new Hook(
            section.required("name", HooksReader::name, ""),
            when,
            section.optional(side, Scalars.oneOfWords(PHASES)).orElse(Phase.PREFLIGHT),
            command,
            VariablesReader.read(section),
            section.or(
                "timeout",
                between(Duration.ofMillis(100), Duration.ofHours(1)),
                Duration.ofMinutes(1)),
            required);
    section.end();
    return hook;
  }

  /** It becomes the name of a step and of a file. */
  private static String name(String text) {
    if (!text.matches("[a-z0-9][a-z0-9-]{0,40}")) {
      throw new IllegalArgumentException(
          "'%s' is no name of a hook; expected lower-case letters, digits and '-'".formatted(text));
    }
    return text;
  }
}
