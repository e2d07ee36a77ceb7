package dev.fairlead.system;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The {@code fairlead} command of this checkout, working on a stack of its own.
 *
 * @param home where that stack keeps its state; PostgreSQL's user is let in, so that the databases
 *     lie inside and go when it goes
 * @param portOffset added to every port of it; from 7 000 on the stacks are clear of the local
 *     stack's ports, and up to 12 000 of those that instances get, 20000 to 29999
 */
record FairleadCommand(Path home, int portOffset) {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  FairleadCommand {
    try {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Result(int exit, String out, String err) {

    Json json() {
      return Json.parse(out);
    }

    Result succeeded() {
      if (exit != 0) {
        throw new AssertionError("exit code %d%n%s%n%s".formatted(exit, out, err));
      }
      return this;
    }
  }

  Path root() {
    return ROOT;
  }

  Path manifest() {
    return ROOT.resolve("deploy/examples/orders/fairlead.yaml");
  }

  /** Runs it to its end. */
  Result run(Duration patience, String... arguments) {
    return run(patience, Map.of(), arguments);
  }

  /**
   * @param more variables of its environment
   */
  Result run(Duration patience, Map<String, String> more, String... arguments) {
    try {
      Path out = Files.createTempFile(home, "command", ".out");
      Path err = Files.createTempFile(home, "command", ".err");
      Process process = start(out, err, more, arguments);
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "fairlead %s did not end within %s%n%s"
                .formatted(String.join(" ", arguments), patience, Files.readString(err)));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  Result run(String... arguments) {
    return run(Duration.ofMinutes(2), arguments);
  }

  Process start(Path out, Path err, String... arguments) throws IOException {
    return start(out, err, Map.of(), arguments);
  }

  private Process start(Path out, Path err, Map<String, String> more, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("fairlead").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment());
    builder.environment().putAll(more);
    return builder.start();
  }

  private Map<String, String> environment() {
    return Map.of(
        "FAIRLEAD_HOME", home.toString(),
        "FAIRLEAD_PORT_OFFSET", Integer.toString(portOffset),
        "FAIRLEAD_NO_BUILD", "1");
  }

  /** Asks a service itself, as a viewer: many times faster than a command that starts for it. */
  Json ask(Service service, String path) {
    try {
      URI address = URI.create("http://127.0.0.1:%d".formatted(service.port() + portOffset));
      String token = Files.readString(home.resolve("tokens/viewer")).strip();
      return new ServiceClient(service, address, Optional.of(token)).get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who starts again what dies. */
  ProcessHandle keeper() {
    Json status = run("status", "--json").json();
    return ProcessHandle.of(status.at("keeper").number("pid"))
        .orElseThrow(() -> new AssertionError("no keeper runs: " + status));
  }

  /** The process of a member of the stack. */
  ProcessHandle process(String member) {
    Json status = run("status", "--json").json();
    return status.at("members").elements().stream()
        .filter(candidate -> candidate.text("member").equals(member))
        .map(candidate -> candidate.number("pid"))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError(member + " does not run: " + status));
  }
}
