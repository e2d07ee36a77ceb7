package dev.fairlead.backup.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The containers of one engine.
 *
 * @param engine for questions, each given up when it is not answered in time
 * @param sessions the same, however long it is silent: a session of a dump is, for as long as the
 *     dump takes, and ends with its client
 * @param local whether their addresses are ones of this machine
 * @param answer so long an answer is waited for
 */
record Containers(DockerClient engine, DockerClient sessions, boolean local, Duration answer) {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Nothing of what is asked takes an engine that works longer than a moment. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Exit codes that the engine gives itself, as shells do. */
  private static final Set<Long> NOT_FOUND = Set.of(126L, 127L);

  /** Of {@code DOCKER_HOST}, or the usual socket. Nothing is asked of it yet. */
  static Containers ofThisMachine() {
    return of(DefaultDockerClientConfig.createDefaultConfigBuilder().build(), ANSWER);
  }

  /**
   * @param answer so long an answer is waited for, 1 ms or more
   */
  static Containers of(DockerClientConfig config, Duration answer) {
    return new Containers(
        client(config, answer),
        client(config, null),
        "unix".equals(config.getDockerHost().getScheme()),
        answer);
  }

  private static DockerClient client(DockerClientConfig config, @Nullable Duration answer) {
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(CONNECT)
            .responseTimeout(answer)
            .build());
  }

  /**
   * Its address in the first of its networks that gave it one.
   *
   * @throws BackupFailure when there is no such container, or it does not run
   */
  Optional<String> addressOf(String container) {
    InspectContainerResponse found = inspect(container);
    if (!Boolean.TRUE.equals(found.getState().getRunning())) {
      throw unreachable(
          "container %s is %s".formatted(container, found.getState().getStatus()), null);
    }
    return found.getNetworkSettings().getNetworks().values().stream()
        .map(ContainerNetwork::getIpAddress)
        .filter(address -> address != null && !address.isEmpty())
        .findFirst();
  }

  private InspectContainerResponse inspect(String container) {
    try {
      return asked(() -> answered(() -> engine.inspectContainerCmd(container).exec()));
    } catch (NotFoundException e) {
      throw unreachable("there is no container " + container, e);
    } catch (RuntimeException e) {
      throw unreachable("the Docker engine does not answer: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a command inside, between two ends of a conversation.
   *
   * @param input what the command reads
   * @param listener hears what it says
   * @return what {@link #wasFound} knows it by
   */
  String run(String container, List<String> command, InputStream input, ExecListener listener) {
    String id =
        answered(
            () ->
                engine
                    .execCreateCmd(container)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdin(true)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId());
    sessions.execStartCmd(id).withStdIn(input).exec(listener);
    return id;
  }

  /** Whether there was such a program at all; known once it has ended. */
  boolean wasFound(String execution) {
    Long exitCode =
        asked(() -> answered(() -> engine.inspectExecCmd(execution).exec())).getExitCodeLong();
    return exitCode == null || !NOT_FOUND.contains(exitCode);
  }

  /**
   * The engine may close a connection that was kept for reuse in the very moment it is used. So
   * what changes nothing is asked once more; an answer is an answer, whatever it says.
   */
  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (DockerException | NoAnswer e) {
      throw e;
    } catch (RuntimeException _) {
      return question.get();
    }
  }

  /**
   * The client's own limit does not hold for the usual socket, {@code unix:}: it is read as a
   * channel, and a channel has none. An interrupt closes it.
   */
  private <T> T answered(Supplier<T> question) {
    FutureTask<T> asking = new FutureTask<>(question::get);
    Thread.startVirtualThread(asking);
    try {
      return asking.get(answer.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NoAnswer("nothing came for %d ms".formatted(answer.toMillis()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer("the question was interrupted", e);
    } finally {
      asking.cancel(true);
    }
  }

  /** Not asked again: whoever was silent for so long will be. */
  private static final class NoAnswer extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAnswer(String message, Exception cause) {
      super(message, cause);
    }
  }

  static BackupFailure unreachable(String detail, @Nullable Exception cause) {
    return new BackupFailure(
        BackupFailureReason.DATABASE_UNREACHABLE,
        detail,
        "check that the container runs, that its database listens on 127.0.0.1 inside it, and that backup-service may use the Docker engine (DOCKER_HOST)",
        cause);
  }
}
