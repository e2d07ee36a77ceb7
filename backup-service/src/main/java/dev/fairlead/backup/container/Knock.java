package dev.fairlead.backup.container;

import dev.fairlead.backup.BackupFailure;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the relay through which the database of a container answers. */
record Knock(Containers containers, String container, int port) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * SSLRequest of PostgreSQL's protocol: its length, then 1234 and 5679. It asks for no login, and
   * is answered by one letter.
   */
  private static final byte[] QUESTION = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  private static final String ANSWERS = "SNE";

  /**
   * @throws BackupFailure that says of each relay why it is none
   */
  Relay answeredRelay() {
    List<String> troubles = new ArrayList<>();
    for (Relay relay : Relay.values()) {
      String trouble = troubleWith(relay);
      if (trouble.isEmpty()) {
        return relay;
      }
      troubles.add("%s: %s".formatted(relay.program(), trouble));
    }
    throw Containers.unreachable(
        "no program inside container %s reaches port %d (%s)"
            .formatted(container, port, String.join("; ", troubles)),
        null);
  }

  /** Empty when the database answers through it. */
  private String troubleWith(Relay relay) {
    CompletableFuture<Integer> first = new CompletableFuture<>();
    ExecListener listener =
        new ExecListener(bytes -> first.complete(bytes.get() & 0xFF), () -> first.complete(-1));
    try (PipedOutputStream question = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(question);
        listener) {
      question.write(QUESTION);
      String execution = containers.run(container, relay.command(port), input, listener);
      int answer = first.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (ANSWERS.indexOf(answer) >= 0) {
        return "";
      }
      return containers.wasFound(execution)
          ? because(listener, "PostgreSQL does not answer")
          : "not there";
    } catch (TimeoutException _) {
      return because(listener, "no answer within " + PATIENCE);
    } catch (IOException | ExecutionException | RuntimeException e) {
      return because(listener, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Containers.unreachable("interrupted while container %s was asked", e);
    }
  }

  private static String because(ExecListener listener, String otherwise) {
    String complaints = listener.complaints();
    return complaints.isEmpty() ? otherwise : complaints;
  }
}
