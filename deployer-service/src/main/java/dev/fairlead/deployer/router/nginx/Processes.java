package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** nginx's processes on this Linux host, by their titles. */
final class Processes {

  /** Since nginx 1.0.4, of a worker that was told to finish its requests. */
  private static final String LEAVING = "worker process is shutting down";

  private static final String WORKER = "worker process";

  private final Path pidFile;

  Processes(Path pidFile) {
    this.pidFile = pidFile;
  }

  /** Workers that take new requests. */
  Set<Long> workers() {
    return titled(title -> title.contains(WORKER) && !title.contains(LEAVING));
  }

  /** Workers that only finish the requests they have. */
  Set<Long> oldWorkers() {
    return titled(title -> title.contains(LEAVING));
  }

  /** One of the workers, for what is the same to all. */
  Optional<Long> any() {
    return titled(title -> title.contains(WORKER)).stream().findFirst();
  }

  private Set<Long> titled(Predicate<String> wanted) {
    try (Stream<ProcessHandle> children =
        master().map(ProcessHandle::children).orElseGet(Stream::empty)) {
      return children
          .map(ProcessHandle::pid)
          .filter(pid -> wanted.test(title(pid)))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Optional<ProcessHandle> master() {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
    } catch (IOException | NumberFormatException e) {
      throw new RouterFailure(
          "nginx's pid file %s cannot be read: %s; start nginx, or correct the setting nginx.pid"
              .formatted(pidFile, e.getMessage()),
          e);
    }
  }

  private static String title(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException alreadyGone) {
      return "";
    }
  }
}
