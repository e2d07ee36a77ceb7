package dev.fairlead.stack.testing;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.Program;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs installed. A machine without it skips the test and says so; where {@code
 * FAIRLEAD_REQUIRE} is {@code all} or lists the name, as in CI, the test fails instead.
 */
public final class Neighbours {

  private Neighbours() {}

  /**
   * Skips the test where one of them is missing, or fails it where all are required.
   *
   * @param names programs such as {@code haproxy}, {@code age}, {@code pg_dump}; {@code docker}
   *     means a daemon that answers, {@code postgres} the server programs
   */
  public static void require(String... names) {
    for (String name : names) {
      require(
          name,
          isThere(name),
          name + " is not " + (name.equals("docker") ? "running" : "installed") + " here");
    }
  }

  /**
   * The same for what is no program, such as the rights of root.
   *
   * @param name as {@code FAIRLEAD_REQUIRE} may list it
   * @param reason why the test cannot run where it is not there
   */
  public static void require(String name, boolean there, String reason) {
    if (there) {
      return;
    }
    if (mustHave(name)) {
      Assertions.fail(reason + ", and FAIRLEAD_REQUIRE demands it");
    }
    Assumptions.abort(reason);
  }

  /** Whether a test that requires it would run. */
  public static boolean isThere(String name) {
    return switch (name) {
      case "docker" -> find("docker").map(Neighbours::daemonAnswers).orElse(false);
      case "postgres" -> PostgresBinaries.find().isPresent();
      case "chromium" -> find("chromium").or(() -> find("chromium-browser")).isPresent();
      default -> find(name).isPresent();
    };
  }

  /** The program on the PATH or beside the PostgreSQL server. */
  public static Optional<Path> find(String name) {
    return Executables.find(name).or(() -> besidePostgres(name));
  }

  private static Optional<Path> besidePostgres(String name) {
    return PostgresBinaries.find()
        .map(found -> found.program(name))
        .filter(p -> p.toFile().canExecute());
  }

  private static boolean daemonAnswers(Path docker) {
    return Program.succeeds(
        List.of(docker.toString(), "version", "--format", "{{.Server.Version}}"));
  }

  private static boolean mustHave(String name) {
    String required = System.getenv().getOrDefault("FAIRLEAD_REQUIRE", "");
    List<String> listed = Arrays.stream(required.split("[,\\s]+")).toList();
    return listed.contains("all") || listed.contains(name);
  }
}
