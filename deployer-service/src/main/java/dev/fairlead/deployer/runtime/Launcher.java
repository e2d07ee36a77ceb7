package dev.fairlead.deployer.runtime;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts one process, detached from the deployer. */
final class Launcher {

  /** Of the deployer's own environment only this is passed on: the rest may hold its secrets. */
  private static final List<String> INHERITED =
      List.of("HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER");

  /** First on the path, so that {@code java} in a command is the version the deployer runs on. */
  private static final Path JAVA = Path.of(System.getProperty("java.home"));

  private static final String WITHOUT_SETSID =
      "plain processes need the program setsid; install the package util-linux";

  private final Marks marks;
  private final String path;

  Launcher(Marks marks) {
    this.marks = marks;
    this.path =
        JAVA.resolve("bin")
            + File.pathSeparator
            + Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
  }

  /**
   * @param log gets standard output and error, appended
   */
  Process launch(InstanceSpec spec, Program.Unpacked program, int port, Path log) {
    List<String> command = new ArrayList<>();
    // setsid(1) replaces itself by the command: the pid is the instance's, and leads a new session.
    command.add(setsid().orElseThrow(Launcher::withoutSetsid).toString());
    command.add(executable(program).toString());
    command.addAll(program.command().subList(1, program.command().size()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(program.folder().toFile())
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    fill(builder.environment(), spec, port);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new RuntimeFailure(
          "instance %s cannot be started: %s".formatted(spec.id(), e.getMessage()), e);
    }
  }

  /** Fails for a command that could not be started, before anything is written down. */
  void requireRunnable(Program.Unpacked program) {
    if (!Files.isDirectory(program.folder())) {
      throw new RuntimeFailure(
          "the folder %s of the release is gone; deploy the version again"
              .formatted(program.folder()));
    }
    executable(program);
  }

  Reachability reachability() {
    return setsid()
        .<Reachability>map(
            found -> new Reachability.Reachable("plain processes on this machine, by " + found))
        .orElseGet(() -> new Reachability.Unreachable(WITHOUT_SETSID));
  }

  private void fill(Map<String, String> environment, InstanceSpec spec, int port) {
    environment.keySet().retainAll(INHERITED);
    environment.put("PATH", path);
    environment.put("JAVA_HOME", JAVA.toString());
    environment.put("PORT", Integer.toString(port));
    environment.putAll(marks.of(spec));
    spec.environment().forEach((name, variable) -> environment.put(name, variable.value()));
  }

  private Path executable(Program.Unpacked program) {
    String name = program.command().getFirst();
    if (name.contains("/")) {
      Path file = program.folder().resolve(name).normalize();
      if (!Files.isExecutable(file)) {
        throw new RuntimeFailure(
            "command '%s' is not an executable file in %s; correct the command in the manifest or the archive's file mode"
                .formatted(name, program.folder()));
      }
      return file;
    }
    return onPath(name)
        .orElseThrow(
            () ->
                new RuntimeFailure(
                    "command '%s' is not on the deployer's PATH; install it, or name a file of the archive as ./%s"
                        .formatted(name, name)));
  }

  private Optional<Path> setsid() {
    return onPath("setsid");
  }

  private Optional<Path> onPath(String name) {
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .findFirst();
  }

  private static RuntimeFailure withoutSetsid() {
    return new RuntimeFailure(WITHOUT_SETSID);
  }
}
