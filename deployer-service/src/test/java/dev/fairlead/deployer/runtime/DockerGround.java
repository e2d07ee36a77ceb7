package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.image.Images;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Docker Engine of this machine, with an image of the programs that runtimes are tested with.
 */
final class DockerGround {

  static final String IMAGE = "fairlead-test/runtime:1";

  private final Path folder;

  /**
   * @param folder for what the runtime keeps here
   */
  DockerGround(Path folder) {
    this.folder = folder;
  }

  /**
   * @param context an empty folder
   */
  static void buildImage(Path context) throws Exception {
    Map<String, String> files = new HashMap<>();
    files.put("index.html", "hello");
    for (RuntimeRig.Behaviour behaviour : RuntimeRig.Behaviour.values()) {
      files.put(behaviour + ".sh", script(behaviour));
    }
    BusyboxImages.build(BusyboxImages.engine(), context, IMAGE, files, "");
  }

  static String script(RuntimeRig.Behaviour behaviour) {
    String server =
        """
        bb="/bin/busybox"
        $bb httpd -f -p $PORT -h /www &
        server=$!
        TRAP
        wait $server
        wait $server
        """;
    return switch (behaviour) {
      case SERVES -> server.replace("TRAP", "trap 'exit 0' TERM");
      case STUBBORN -> server.replace("TRAP", "trap '' TERM");
      case FAILS ->
          """
          /bin/busybox env
          echo PASSWORD=$(/bin/busybox cat $PASSWORD_FILE)
          echo I cannot work
          echo and tell why >&2
          exit 3
          """;
    };
  }

  Engine here() {
    return DockerEngine.local(Optional.empty(), folder.resolve("runtime"));
  }

  static DockerClient engine() {
    return DockerEngine.connect(Optional.empty());
  }

  Runtime open() {
    return new DockerRuntime(here(), PortRange.DEFAULT);
  }

  Program program(RuntimeRig.Behaviour behaviour) {
    Artifact.Image image = new Images(here()).resolve(IMAGE);
    return new Program.ContainerImage(
        image.digest(), List.of("/bin/busybox", "sh", "/www/" + behaviour + ".sh"), 8080);
  }
}
