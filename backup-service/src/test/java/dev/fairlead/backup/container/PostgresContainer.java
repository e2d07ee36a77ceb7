package dev.fairlead.backup.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.fairlead.backup.postgres.DatabaseAccess;
import java.nio.charset.StandardCharsets;

/** One that runs. */
record PostgresContainer(DockerClient engine, String id, String name) implements AutoCloseable {

  static final int PORT = 5432;
  static final String PASSWORD = "canary-C0ntainer";

  /** As a manifest names it. */
  String host() {
    return ContainerDatabases.PREFIX + name;
  }

  /**
   * @param host as it is reached
   */
  DatabaseAccess access(String host) {
    return new DatabaseAccess(host, PORT, "postgres", "owner", PASSWORD, host());
  }

  /** What its server has said until now. */
  String log() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    engine
        .logContainerCmd(id)
        .withStdOut(true)
        .withStdErr(true)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion();
    return text.toString();
  }

  @Override
  public void close() {
    engine.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
  }
}
