package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** People who use the application all the while, and remember every answer that was no answer. */
final class Visitors implements AutoCloseable {

  private final Map<String, Integer> answers = new TreeMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final Thread thread;
  private volatile boolean leaving;

  Visitors(Stage stage, String application, String environment) {
    this.thread =
        Thread.startVirtualThread(
            () -> {
              while (!leaving) {
                visit(stage, application, environment);
              }
            });
  }

  private void visit(Stage stage, String application, String environment) {
    try {
      HttpResponse<String> response = stage.visit(application, environment);
      if (response.statusCode() == 200) {
        answers.merge(response.body(), 1, Integer::sum);
      } else {
        failures.incrementAndGet();
      }
      Thread.sleep(5);
    } catch (Exception | AssertionError e) { // whatever went wrong, it was no answer
      failures.incrementAndGet();
    }
  }

  /**
   * Leaves, having missed no answer.
   *
   * @param least visits that must have been answered: nobody misses what nobody asked for
   */
  void requireAllAnswered(int least) {
    close();
    assertThat(failures).as("visits without an answer; answers were %s", answers).hasValue(0);
    assertThat(answers.values().stream().mapToInt(Integer::intValue).sum())
        .as("answers")
        .isGreaterThanOrEqualTo(least);
  }

  int failures() {
    return failures.get();
  }

  Map<String, Integer> answers() {
    return answers;
  }

  @Override
  public void close() {
    leaving = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
