package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Images of nothing but busybox and a few files, since tests pull nothing. */
public final class BusyboxImages {

  private BusyboxImages() {}

  /** Skips the test where there is no engine or no busybox. */
  public static DockerClient engine() {
    Neighbours.require("docker", "busybox");
    return DockerEngine.connect(Optional.empty());
  }

  /**
   * @param context an empty folder
   * @param files of {@code /www}, by their names
   * @param more further lines of the Dockerfile
   * @return the image's id
   */
  public static String build(
      DockerClient engine, Path context, String tag, Map<String, String> files, String more)
      throws IOException {
    Files.copy(Neighbours.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Path www = Files.createDirectory(context.resolve("www"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = www.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch\nCOPY busybox /bin/busybox\nCOPY www /www/\nWORKDIR /www\n" + more);
    return engine
        .buildImageCmd(context.toFile())
        .withTags(Set.of(tag))
        .exec(new BuildImageResultCallback())
        .awaitImageId();
  }
}
