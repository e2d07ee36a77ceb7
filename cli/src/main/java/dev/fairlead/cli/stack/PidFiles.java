package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which process is which member of the stack, on disk, so that any later command finds them. */
final class PidFiles {

  private final Path folder;

  PidFiles(StackHome home) {
    this.folder = home.run();
  }

  void record(Member member, long pid) {
    ProcessMark mark =
        ProcessMark.of(pid)
            .orElseThrow(
                () ->
                    new Failure(
                        Exit.FAILED,
                        member.text() + " ended at once",
                        "fairlead logs " + member.text()));
    try {
      Files.createDirectories(folder);
      WholeFile.write(file(member), mark.toString());
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(file(member), e.getMessage()),
          "free disk space or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  /** The member's process, if it is alive and really that one. */
  Optional<ProcessHandle> find(Member member) {
    try {
      return ProcessMark.parse(Files.readString(file(member))).flatMap(ProcessMark::handle);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it was started and not stopped, dead or alive. */
  boolean isRecorded(Member member) {
    return Files.exists(file(member));
  }

  void forget(Member member) {
    try {
      Files.deleteIfExists(file(member));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file(member), e);
    }
  }

  private Path file(Member member) {
    return folder.resolve(member.text() + ".pid");
  }
}
