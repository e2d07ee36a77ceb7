package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernel's table of processes, read from {@code /proc} (proc(5)). */
final class ProcessTable {

  private static final Path PROC = Path.of("/proc");

  private final String boot;

  ProcessTable() {
    try {
      boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the process runtime needs Linux with /proc mounted; use the Docker runtime here", e);
    }
  }

  /**
   * A process that is not a zombie.
   *
   * @param session id of the session it belongs to: the pid of the session's first process
   */
  record Entry(ProcessIdentity identity, long session, Map<String, String> environment) {

    boolean leadsSession() {
      return identity.pid() == session;
    }
  }

  /** The process that has this pid now. */
  Optional<Entry> find(long pid) {
    return read(pid, environment(PROC.resolve(Long.toString(pid))));
  }

  /** The very process, if it still lives. */
  Optional<Entry> find(ProcessIdentity identity) {
    return find(identity.pid()).filter(entry -> entry.identity().equals(identity));
  }

  boolean alive(ProcessIdentity identity) {
    return find(identity).isPresent();
  }

  /** All processes whose environment, as they were started with, holds the variable. */
  List<Entry> withVariable(String name, String value) {
    List<Entry> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        Map<String, String> environment = environment(process);
        if (value.equals(environment.get(name))) {
          read(Long.parseLong(process.getFileName().toString()), environment).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list /proc", e);
    }
    return found;
  }

  /** All processes of a session. */
  List<Entry> ofSession(long session) {
    List<Entry> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        find(Long.parseLong(process.getFileName().toString()))
            .filter(entry -> entry.session() == session)
            .ifPresent(found::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list /proc", e);
    }
    return found;
  }

  /** Asks the very process to end; a process that reuses its pid is left alone. */
  void terminate(ProcessIdentity identity) {
    handle(identity).ifPresent(ProcessHandle::destroy);
  }

  /** Ends the very process; a process that reuses its pid is left alone. */
  void kill(ProcessIdentity identity) {
    handle(identity).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** The handle remembers the start time itself and checks it again when it signals. */
  private Optional<ProcessHandle> handle(ProcessIdentity identity) {
    return ProcessHandle.of(identity.pid()).filter(handle -> alive(identity));
  }

  private Optional<Entry> read(long pid, Map<String, String> environment) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      // "pid (name) state ppid pgrp session …": the name may itself contain blanks and brackets.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String state = fields[0];
      if (state.equals("Z") || state.equals("X")) {
        return Optional.empty();
      }
      ProcessIdentity identity = new ProcessIdentity(pid, boot, Long.parseLong(fields[19]));
      return Optional.of(new Entry(identity, Long.parseLong(fields[3]), environment));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Empty for a process that is gone or belongs to somebody else. */
  private static Map<String, String> environment(Path process) {
    String text;
    try {
      text = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return Map.of();
    }
    Map<String, String> environment = new HashMap<>();
    for (String variable : text.split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }
}
