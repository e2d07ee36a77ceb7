package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.util.List;
import java.util.Optional;

/** What instances wrote, for people. */
record InstanceLogs(Runtimes runtimes) {

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
}
