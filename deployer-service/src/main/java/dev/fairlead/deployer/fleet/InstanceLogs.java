package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What instances wrote, for people. */
record InstanceLogs(Runtimes runtimes) {

  private static final int LAST_LINES = 3;
  private static final int LONGEST_LINE = 200;

  /**
   * The last lines of an instance of any release, oldest first; for a while also of one that was
   * stopped. Empty of one that nobody knows.
   *
   * @throws RuntimeFailure if nobody who answers knows it, and somebody does not answer
   */
  Optional<List<String>> last(InstanceId id, int lines) {
    Optional<RuntimeFailure> away = Optional.empty();
    for (Runtime runtime : runtimes.all().toList()) {
      try {
        Optional<List<String>> found = runtime.log(id, lines);
        if (found.isPresent()) {
          return found;
        }
      } catch (RuntimeFailure e) {
        away = Optional.of(e);
      }
    }
    if (away.isPresent()) {
      throw away.get();
    }
    return Optional.empty();
  }

  /** A part of a sentence about an instance that failed: most often it says why itself. */
  String lastWords(Release release, InstanceId id) {
    try {
      return runtimes
          .of(release, id)
          .log(id, LAST_LINES)
          .filter(lines -> !lines.isEmpty())
          .map(lines -> "; it wrote last: " + shortened(lines))
          .orElse("");
    } catch (RuntimeFailure | NotServing _) {
      return "";
    }
  }

  private static String shortened(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .map(line -> line.substring(0, Math.min(LONGEST_LINE, line.length())))
        .collect(Collectors.joining(" | "));
  }
}
