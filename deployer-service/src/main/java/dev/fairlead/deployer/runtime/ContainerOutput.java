package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What containers write, and what they use.
 *
 * @param patience with one answer, until its end
 */
record ContainerOutput(Engine engine, Duration patience) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  ContainerOutput(Engine engine) {
    this(engine, PATIENCE);
  }

  /**
   * The last lines of both its streams; empty of a container that is not there.
   *
   * @throws EngineAway also if the end does not come in time: what is missing may be what counts
   */
  Optional<List<String>> log(InstanceId id, int lines) {
    return engine.ask(
        "read the log of instance " + id,
        () -> {
          LogText text = new LogText();
          try {
            engine
                .client()
                .logContainerCmd(Containers.nameOf(id))
                .withStdOut(true)
                .withStdErr(true)
                .withTail(lines)
                .exec(text);
            awaitEnd(text, "the log of instance " + id);
          } catch (NotFoundException gone) {
            return Optional.empty();
          }
          return Optional.of(text.lines());
        });
  }

  /**
   * What the engine has counted last; empty when it counts nothing, or the container is gone.
   *
   * @throws EngineAway also if it does not say so in time
   */
  Optional<Usage> usage(InstanceId id) {
    return engine.ask(
        "read what instance " + id + " uses",
        () -> {
          LatestStatistics latest = new LatestStatistics();
          try {
            engine.client().statsCmd(Containers.nameOf(id)).withNoStream(true).exec(latest);
            awaitEnd(latest, "what instance " + id + " uses");
          } catch (NotFoundException gone) {
            return Optional.empty();
          }
          return latest.usage();
        });
  }

  private void awaitEnd(ResultCallback.Adapter<?> answer, String what) {
    try {
      if (!answer.awaitCompletion(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EngineAway("%s has not sent %s within %s".formatted(engine, what, patience));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineAway("nobody waited for %s to send %s".formatted(engine, what), e);
    }
  }

  /** Collects what a container wrote; a frame may end in the middle of a line. */
  private static final class LogText extends ResultCallback.Adapter<Frame> {

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    @Override
    public void onNext(Frame frame) {
      text.writeBytes(frame.getPayload());
    }

    List<String> lines() {
      return text.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }
}
