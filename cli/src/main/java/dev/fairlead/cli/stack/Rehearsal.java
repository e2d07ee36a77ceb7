package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.PostgresBinaries;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One start of the programs after a build, on a stack of its own: each writes down the classes it
 * loads, and a class archive is made of those. Of the services one is enough, as they load much the
 * same.
 */
final class Rehearsal {

  private static final List<Member> CAST =
      List.of(Member.POSTGRES, Member.KAFKA, Member.NEIGHBOURS, Member.EDGE, Member.DEPLOYER);

  /** Far from the defaults and from other stacks' usual offsets. */
  private static final int FIRST_OFFSET = 21_000;

  private static final int LAST_OFFSET = 49_000;

  /** The flags of the launcher, which starts the command. */
  private static final List<String> COMMAND_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-XX:+UseCompactObjectHeaders");

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--help"), List.of("deploy", "--help"), List.of("deployments", "list", "--json"));

  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final LocalStack stack;
  private final StackHome home;
  private final Installation installation;
  private final String commandClassPath;

  /**
   * @param commandClassPath of the {@code fairlead} command, when it only talks to services
   */
  Rehearsal(Surroundings surroundings, String commandClassPath) {
    this.installation = Installation.of(surroundings);
    Surroundings own =
        surroundings.with(
            "FAIRLEAD_HOME", installation.lib().resolveSibling("rehearsal").toString());
    this.stack = onFreePorts(own);
    this.home = stack.home();
    this.commandClassPath = commandClassPath;
  }

  private static LocalStack onFreePorts(Surroundings surroundings) {
    for (int offset = FIRST_OFFSET; offset <= LAST_OFFSET; offset += 200) {
      LocalStack stack =
          LocalStack.of(surroundings.with("FAIRLEAD_PORT_OFFSET", Integer.toString(offset)));
      if (stack.ports().taken(CAST).isEmpty()) {
        return stack;
      }
    }
    throw new Failure(Exit.FAILED, "found no free ports for a rehearsal", "");
  }

  /** Plays as much as this machine can: without PostgreSQL only the command itself. */
  void play(Progress progress) {
    home.create();
    stack.down(_ -> {});
    home.forget();
    home.create();
    boolean all = PostgresBinaries.find().isPresent();
    try {
      if (all) {
        stack.startWithoutKeeper(CAST, this::recording);
      }
      COMMANDS.forEach(this::runCommand);
    } finally {
      stack.down(_ -> {});
    }
    List<ClassFamily> families = all ? List.of(ClassFamily.values()) : List.of(ClassFamily.COMMAND);
    families.parallelStream().forEach(this::makeArchive);
    home.forget();
    progress.say("kept the classes of %d programs".formatted(families.size()));
  }

  private List<String> recording(Member member) {
    return ClassFamily.of(member)
        .map(family -> List.of(ClassArchive.recordingTo(list(family, member.text()))))
        .orElse(List.of());
  }

  private void runCommand(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Executables.java().toString());
    command.addAll(COMMAND_JVM);
    command.add(ClassArchive.recordingTo(list(ClassFamily.COMMAND, String.join("", arguments))));
    command.addAll(List.of("-cp", commandClassPath, "dev.fairlead.cli.Fairlead"));
    command.addAll(arguments);
    Process process =
        Program.start(
            command,
            Map.of("FAIRLEAD_HOME", home.folder().toString()),
            home.folder(),
            home.logs().resolve("command.log"),
            Lifetime.OF_THIS_JVM);
    Program.awaitEnd(process.toHandle(), COMMAND_LIMIT);
  }

  private Path list(ClassFamily family, String program) {
    return home.cache().resolve(family.fileName() + "." + program + ".lst");
  }

  private void makeArchive(ClassFamily family) {
    boolean command = family == ClassFamily.COMMAND;
    new ClassArchive(installation.classArchives().resolve(family.fileName()))
        .make(
            listsOf(family),
            command ? COMMAND_JVM : MemberProgram.JVM,
            command ? commandClassPath : installation.classPath(List.of(family.firstJar())));
  }

  private List<Path> listsOf(ClassFamily family) {
    try (DirectoryStream<Path> lists =
        Files.newDirectoryStream(home.cache(), family.fileName() + ".*.lst")) {
      List<Path> found = new ArrayList<>();
      lists.forEach(found::add);
      return found;
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot read " + home.cache() + ": " + e.getMessage(), "", e);
    }
  }
}
