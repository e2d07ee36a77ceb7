package dev.fairlead.backup.postgres;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a database in a Docker container of this machine is reached, though it publishes no port:
 * at the container's own address, which is another one after each restart.
 */
public final class ContainerAddress {

  public static final String PREFIX = "docker:";

  private static final int PATIENCE_SECONDS = 10;
  private static final String ADDRESSES =
      "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";

  private ContainerAddress() {}

  /**
   * @param host of a manifest: {@code docker:} and the name of a container
   * @return its address in the first of its networks
   * @throws BackupFailure when there is no such container, or it does not run
   */
  public static String of(String host) {
    String container = host.substring(PREFIX.length());
    return Arrays.stream(inspect(container).split("\\s+"))
        .filter(address -> !address.isEmpty())
        .findFirst()
        .orElseThrow(() -> unreachable("container %s has no address".formatted(container), null));
  }

  private static String inspect(String container) {
    try {
      Process docker =
          new ProcessBuilder(List.of("docker", "inspect", "--format", ADDRESSES, "--", container))
              .redirectErrorStream(true)
              .start();
      docker.getOutputStream().close();
      String text = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (docker.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && docker.exitValue() == 0) {
        return text.strip();
      }
      docker.destroyForcibly();
      throw unreachable("container %s: %s".formatted(container, text.strip()), null);
    } catch (IOException e) {
      throw unreachable("docker does not run here: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupFailure(
          BackupFailureReason.INTERRUPTED,
          "interrupted while docker was asked",
          "nothing: it is started again",
          e);
    }
  }

  private static BackupFailure unreachable(String detail, @Nullable Exception cause) {
    return new BackupFailure(
        BackupFailureReason.DATABASE_UNREACHABLE,
        detail,
        "check that the container runs on this machine, and that backup-service may use docker",
        cause);
  }
}
