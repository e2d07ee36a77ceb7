package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@DisplayName("What anybody may have written")
class HostileTextTest {

  /** Up a line, delete it; the same with the one-character introducer; text turned around. */
  private static final String HOSTILE = "c0ffee\u001b[1A\u001b[2K\u009b2K\r\u202Eevil\u0007";

  private static final Pattern CONTROL =
      Pattern.compile("[[\\p{Cc}&&[^\n\t]]\u200E\u200F\u202A-\u202E\u2066-\u2069]");

  private static final List<String> LOOKING =
      List.of(
          "list", "show", "lint", "kept", "shifts", "drills", "databases", "silences", "health");

  @RegisterExtension final CommandLineFixture fairlead = new CommandLineFixture();

  /** Every command that shows what a service knows, with an argument where it wants one. */
  static Stream<String> commands() {
    return Commands.root(new String[0]).subcommands().keySet().stream()
        .filter(name -> !name.startsWith("-"))
        .map(name -> Commands.entry(name).build())
        .flatMap(noun -> looking(noun.name(), noun));
  }

  private static Stream<String> looking(String words, CommandSpec spec) {
    Stream<String> own = LOOKING.contains(spec.name()) ? Stream.of(line(words, spec)) : Stream.of();
    return Stream.concat(
        own,
        spec.subcommands().entrySet().stream()
            .flatMap(
                below -> looking(words + " " + below.getKey(), below.getValue().getCommandSpec())));
  }

  private static String line(String words, CommandSpec spec) {
    String arguments =
        spec.positionalParameters().stream()
            .filter(CommandLine.Model.ArgSpec::required)
            .map(ignored -> " x")
            .collect(Collectors.joining());
    String options =
        spec.options().stream()
            .filter(CommandLine.Model.ArgSpec::required)
            .map(option -> " %s x".formatted(option.longestName()))
            .collect(Collectors.joining());
    return words + arguments + options;
  }

  @ParameterizedTest
  @MethodSource("commands")
  @DisplayName("moves no cursor and turns no text around, as text and as JSON, by")
  void shown(String line) throws IOException {
    fairlead.answeringAll(answer());
    String[] words = line.split(" ");

    assertHarmless(fairlead.run(words));
    Result json = fairlead.run(with(words, "--json"));
    assertHarmless(json);
    if (json.exit() == Exit.OK) {
      assertThat(Json.parse(json.out().lines().findFirst().orElseThrow()).toString())
          .as("the same text")
          .contains("\u202E");
    }
  }

  private static void assertHarmless(Result result) {
    assertThat(result.exit()).as(result.err()).isNotEqualTo(Exit.USAGE);
    assertThat(CONTROL.matcher(result.out() + result.err()).find())
        .as(result.out() + result.err())
        .isFalse();
  }

  @Test
  @DisplayName("looks like nothing that the command says of a deployment")
  void deployment() {
    fairlead.answeringAll(
        Json.object(
                "deployment", "d1",
                "state", "awaiting-approval",
                "commit", HOSTILE + "\nrequested   by ada",
                "requestedBy", "event:x",
                "steps",
                    List.of(
                        Json.object(
                            "phase", "gates", "name", "gates", "detail", "a\n✓ all is well")))
            .toString());

    assertThat(fairlead.run("deployments", "show", "d1").out())
        .contains("commit      c0ffee\uFFFD[1A\uFFFD[2K\uFFFD2K\n            \uFFFDevil\uFFFD\n")
        .contains("\n            requested   by ada")
        .contains("\nrequested   by event:x")
        .doesNotContain("\n✓ all is well");
  }

  @Test
  @DisplayName("has no colour of its own at a terminal, and a failure and a log neither")
  void terminal() {
    fairlead
        .typing("")
        .answeringAll(Json.object("deployment", "\u001b[31md1", "state", "ok").toString());
    assertThat(fairlead.run("deployments", "show", "d1").out())
        .contains("\u001b[1m\uFFFD[31md1\u001b[0m", "\u001b[32mok\u001b[0m");

    fairlead.answering("GET /deployments/d2", 409, Json.object("detail", HOSTILE).toString());
    assertThat(fairlead.run("deployments", "show", "d2").err())
        .contains("\u001b[31merror: \u001b[0mc0ffee\uFFFD[1A");
    assertHarmless(fairlead.with("NO_COLOR", "1").run("deployments", "show", "d2"));

    fairlead.answering("GET /deployments/d1/log", 200, "step 1\n" + HOSTILE + "\n");
    assertHarmless(fairlead.run("deployments", "log", "d1"));
  }

  @Test
  @DisplayName("stays in its row of a table")
  void rows() {
    fairlead.answeringAll("[" + Json.object("version", "2\nd9  production", "state", "ok") + "]");

    assertThat(fairlead.run("deployments", "list").out().lines()).hasSize(2);
  }

  private static String[] with(String[] words, String more) {
    String[] longer = Arrays.copyOf(words, words.length + 1);
    longer[words.length] = more;
    return longer;
  }

  /** With every member that any command asks for, as a list and as one object. */
  private static String answer() throws IOException {
    List<Object> members = members("(?:text|find)\\(\"(\\w+)\"\\)", HOSTILE);
    Json inner = Json.object(members.toArray());
    List<Object> outer = new ArrayList<>(List.of("items", List.of(inner)));
    outer.addAll(members("at\\(\"(\\w+)\"\\)", List.of(inner)));
    outer.addAll(members);
    return Json.object(outer.toArray()).toString();
  }

  private static List<Object> members(String asking, Object value) throws IOException {
    Pattern pattern = Pattern.compile(asking);
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      TreeSet<String> names = new TreeSet<>();
      for (Path source : sources) {
        pattern.matcher(Files.readString(source)).results().forEach(hit -> names.add(hit.group(1)));
      }
      return names.stream()
          .flatMap(name -> Stream.of(name, value))
          .map(Object.class::cast)
          .toList();
    }
  }
}
