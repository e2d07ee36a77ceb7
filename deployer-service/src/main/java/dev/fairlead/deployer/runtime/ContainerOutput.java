package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What containers write, and what they use. */
record ContainerOutput(Engine engine) {

  private static final int PATIENCE_SECONDS = 10;

  /** The last lines of both its streams; none of a container that is not there. */
  List<String> log(InstanceId id, int lines) {
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
                .exec(text)
                .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
          } catch (NotFoundException gone) {
            return List.of();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return text.lines();
        });
  }

  /** What the engine has counted last; empty when it counts nothing, or the container is gone. */
  Optional<Usage> usage(InstanceId id) {
    return engine.ask(
        "read what instance " + id + " uses",
        () -> {
          LatestStatistics latest = new LatestStatistics();
          try {
            engine
                .client()
                .statsCmd(Containers.nameOf(id))
                .withNoStream(true)
                .exec(latest)
                .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return latest.usage();
        });
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
