package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every command that a text of the suite tells people to type is one that there is. */
class QuotedCommandsTest {

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /** A whole string, or a text block, of a source. */
  private static final Pattern STRING =
      Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);

  /** Strings that the compiler joins. */
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

  /** Not part of a name such as {@code /etc/fairlead} or {@code dev.fairlead}. */
  private static final Pattern COMMAND =
      Pattern.compile("(?<![\\w/.-])(?:\\./)?fairlead (?=[a-z])");

  private static final Pattern END_OF_COMMAND = Pattern.compile("['`;:,()]|\\.(\\s|$)|[|·]");

  /** What follows the name where it is no command, or one of the launcher alone. */
  private static final Set<String> PROSE = Set.of("as", "rehearse");

  @Test
  void everyCommandInAMessageOfASourceIsThere() {
    assertAreThere(100, files("java").flatMap(QuotedCommandsTest::messages));
  }

  @Test
  void everyCommandInACommentOfAConfigurationIsThere() {
    assertAreThere(1, files("yaml").flatMap(QuotedCommandsTest::lines));
  }

  @Test
  void everyCommandInADocumentIsThere() {
    assertAreThere(100, documents().flatMap(QuotedCommandsTest::lines));
  }

  @Test
  void everyCommandInTheChangelogIsThere() {
    assertAreThere(20, lines(CHECKOUT.resolve("CHANGELOG.md")));
  }

  @Test
  void everyCommandInAnExampleOfADeploymentIsThere() {
    assertAreThere(
        1,
        below(CHECKOUT.resolve("deploy"), "yaml")
            .filter(file -> !file.toString().contains("/target/"))
            .flatMap(QuotedCommandsTest::lines));
  }

  @Test
  void everyCommandInAnExampleCanBeRunAsItStands() {
    List<String> commands = documents().flatMap(QuotedCommandsTest::examples).toList();
    assertThat(commands).hasSizeGreaterThan(30);
    commands.forEach(
        command -> assertThatCode(() -> parse(command)).as(command).doesNotThrowAnyException());
  }

  @Test
  void everyExampleOfTheHelpCanBeRunAsItStands() {
    for (String name : Commands.root(new String[0]).subcommands().keySet()) {
      assertExamples(Commands.entry(name).build());
    }
  }

  @Test
  void findsWhatIsNoCommand() {
    assertThat(wrong("see 'fairlead deployments 0199' for more")).isNotEmpty();
    assertThat(wrong("list them: fairlead deployments")).isNotEmpty();
    assertThat(wrong("fairlead backup restore x --in y")).isNotEmpty();
    assertThat(wrong("fairlead deployments list --limit 3; then wait")).isEmpty();
  }

  /**
   * @param least how many there are at least: fewer are found when the search itself is broken
   */
  private static void assertAreThere(int least, Stream<String> texts) {
    List<String> all = texts.filter(text -> COMMAND.matcher(text).find()).toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(least);
    assertThat(all.stream().flatMap(text -> wrong(text).stream())).isEmpty();
  }

  /** The commands in a text that are none. */
  private static List<String> wrong(String text) {
    return COMMAND
        .splitAsStream(text)
        .skip(1)
        .map(command -> END_OF_COMMAND.split(command, 2)[0].strip())
        .filter(command -> !isThere(List.of(command.split("\\s+"))))
        .map(command -> "no command: fairlead " + command + " … in: " + text.strip())
        .toList();
  }

  private static boolean isThere(List<String> words) {
    String name = words.getFirst();
    if (PROSE.contains(name)) {
      return true;
    }
    if (!Commands.root(new String[0]).subcommands().containsKey(name)) {
      return false;
    }
    CommandSpec command = Commands.entry(name).build();
    int next = 1;
    while (!command.subcommands().isEmpty()) {
      CommandLine below = next < words.size() ? command.subcommands().get(words.get(next++)) : null;
      if (below == null) {
        return false;
      }
      command = below.getCommandSpec();
    }
    Set<String> options = command.optionsMap().keySet();
    return words.stream().filter(word -> word.matches("--[a-z-]+")).allMatch(options::contains);
  }

  private static void assertExamples(CommandSpec command) {
    Arrays.stream(command.usageMessage().footer())
        .map(String::strip)
        .filter(line -> line.matches("(\\w+=\\S+ )*fairlead .*"))
        .map(line -> line.replaceFirst(".*?fairlead ", ""))
        .forEach(line -> assertThatCode(() -> parse(line)).as(line).doesNotThrowAnyException());
    command.subcommands().values().forEach(below -> assertExamples(below.getCommandSpec()));
  }

  private static void parse(String command) {
    String[] words =
        Pattern.compile("'[^']*'|\"[^\"]*\"|<[^>]*>|\\S+")
            .matcher(command)
            .results()
            .map(MatchResult::group)
            .toArray(String[]::new);
    new CommandLine(Commands.root(words)).parseArgs(words);
  }

  private static Stream<String> messages(Path source) {
    String joined = JOINT.matcher(read(source)).replaceAll("");
    return STRING
        .matcher(joined)
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .flatMap(text -> text.replace("\\n", "\n").lines());
  }

  private static Stream<String> lines(Path file) {
    return read(file).lines();
  }

  /** The command lines in the shell blocks of a document, without what follows a command. */
  private static Stream<String> examples(Path document) {
    return shell(document)
        .replace("\\\n", " ")
        .lines()
        .filter(line -> line.matches("(\\./)?fairlead .*"))
        .map(line -> line.replaceFirst("^(\\./)?fairlead ", "").replaceFirst("\\s#.*", ""))
        .map(String::strip);
  }

  /** What is between fences that name no language, or the shell. */
  private static String shell(Path document) {
    StringBuilder shell = new StringBuilder();
    boolean fenced = false;
    boolean wanted = false;
    for (String line : lines(document).toList()) {
      if (line.startsWith("```")) {
        fenced = !fenced;
        wanted = fenced && Set.of("```", "```sh").contains(line);
      } else if (wanted) {
        shell.append(line).append('\n');
      }
    }
    return shell.toString();
  }

  private static Stream<Path> documents() {
    return Stream.concat(
        below(CHECKOUT.resolve("docs"), "md").filter(file -> !file.toString().contains("/adr/")),
        Stream.concat(
                modules().map(module -> module.resolve("README.md")),
                Stream.of("ARCHITECTURE.md", "CONTRIBUTING.md").map(CHECKOUT::resolve))
            .filter(Files::exists));
  }

  private static Stream<Path> files(String ending) {
    return modules()
        .map(module -> module.resolve("src/main"))
        .filter(Files::isDirectory)
        .flatMap(sources -> below(sources, ending));
  }

  /** The checkout itself, whose README is the first, and what is built in it. */
  private static Stream<Path> modules() {
    try (Stream<Path> folders = Files.list(CHECKOUT)) {
      List<Path> found = new ArrayList<>(folders.filter(Files::isDirectory).toList());
      found.add(CHECKOUT);
      return found.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> below(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith("." + ending)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
