package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What instances wrote, for people. The hosts are asked side by side: one that hangs keeps nobody
 * from reading what is on another.
 *
 * @param patience with all hosts together, first with whether they are there and then with what
 *     they answer
 */
record InstanceLogs(Runtimes runtimes, Duration patience) {

  /** An engine that is there sends a thousand lines in far less. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  InstanceLogs(Runtimes runtimes) {
    this(runtimes, PATIENCE);
  }

  /**
   * What a host said.
   *
   * @param silence why it said nothing; empty where it answered
   */
  private record Heard(Optional<List<String>> lines, Optional<RuntimeFailure> silence) {}

  /**
   * The last lines of an instance of any release, oldest first; for a while also of one that was
   * stopped. Empty of one that nobody knows.
   *
   * @throws RuntimeFailure if nobody who answers knows it, and somebody does not answer
   */
  Optional<List<String>> last(InstanceId id, int lines) {
    List<CompletableFuture<Heard>> asked =
        runtimes.answering(patience).all().map(host -> ask(host, id, lines)).toList();
    List<Heard> heard = asked.stream().map(CompletableFuture::join).toList();
    Optional<List<String>> found = heard.stream().flatMap(one -> one.lines().stream()).findFirst();
    Optional<RuntimeFailure> away =
        heard.stream().flatMap(one -> one.silence().stream()).findFirst();
    if (found.isEmpty() && away.isPresent()) {
      throw away.get();
    }
    return found;
  }

  private CompletableFuture<Heard> ask(Runtime host, InstanceId id, int lines) {
    CompletableFuture<Heard> answer = new CompletableFuture<>();
    Thread asking =
        Thread.startVirtualThread(
            () -> {
              try {
                answer.complete(new Heard(host.log(id, lines), Optional.empty()));
              } catch (RuntimeFailure e) {
                answer.complete(silent(e));
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    answer.completeOnTimeout(
        silent(
            new EngineAway(
                "a host has not sent the log of instance %s within %s".formatted(id, patience))),
        patience.toMillis(),
        TimeUnit.MILLISECONDS);
    answer.whenComplete((_, _) -> asking.interrupt());
    return answer;
  }

  private static Heard silent(RuntimeFailure why) {
    return new Heard(Optional.empty(), Optional.of(why));
  }
}
