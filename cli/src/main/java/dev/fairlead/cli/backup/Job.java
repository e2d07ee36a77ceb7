package dev.fairlead.cli.backup;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What backup-service was asked for and does in its own time.
 *
 * @param end asks for it; empty while it is under way
 * @param succeeded whether such an end is the one that was wanted
 * @param lookAgain what shows it later
 */
record Job(Supplier<Optional<Json>> end, Predicate<Json> succeeded, String lookAgain) {

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Shows what was accepted; with {@code --watch} waits for its end and shows that. */
  Exit follow(Json accepted, Arguments arguments, Session session) throws InterruptedException {
    if (!arguments.flag("--watch")) {
      session.output().show(accepted);
      return Exit.OK;
    }
    long deadline = System.nanoTime() + arguments.duration("--timeout", PATIENCE).toNanos();
    while (System.nanoTime() < deadline) {
      Optional<Json> ended = end.get();
      if (ended.isPresent()) {
        session.output().show(ended.get());
        return succeeded.test(ended.get()) ? Exit.OK : Exit.FAILED;
      }
      Thread.sleep(LOOK_EVERY);
    }
    session.output().note("still under way; it goes on. See it with: " + lookAgain);
    return Exit.TIMED_OUT;
  }
}
