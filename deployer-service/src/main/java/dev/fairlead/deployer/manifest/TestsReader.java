package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Tests;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code tests}: the command of the test phase. */
final class TestsReader {

  private TestsReader() {}

  private static final Duration DAY = Duration.ofDays(1);

  static @Nullable Tests read(Section top) {
    if (!top.has("tests")) {
      return null;
    }
    Section section = top.section("tests");
    List<String> command = section.list("command", Function.identity());
    if (command.isEmpty()) {
      section.violate("command", "is missing");
    }
    Tests tests =
        new Tests(
            command,
            section.or("timeout", between(Duration.ofSeconds(1), DAY), Duration.ofMinutes(5)));
    section.end();
    return tests;
  }
}
