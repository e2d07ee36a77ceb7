package dev.fairlead.backup.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL in an image made from nothing, since tests pull nothing: the machine's own programs
 * with the libraries they need. Each relay has a folder of its own, so that a container finds only
 * those that its PATH names.
 */
record PostgresImage(DockerClient engine, String id) implements AutoCloseable {

  private static final Path POSTGRES = Path.of("/usr/lib/postgresql/15");
  private static final Path PERL_LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/perl-base");
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*) \\(0x");

  private static final String DOCKERFILE =
      """
      FROM scratch
      COPY root /
      COPY passwd /etc/passwd
      COPY start /start
      COPY --chown=999:999 data /data
      USER 999
      CMD ["/bin/sh", "/start"]
      """;

  /** The password is never an argument: processes of containers are seen from outside. */
  private static final String START =
      """
      set -e
      printf %s "$DATABASE_PASSWORD" > /data/password
      /usr/lib/postgresql/15/bin/initdb -D /data/cluster -U owner --pwfile=/data/password \\
        -A scram-sha-256 --locale=C --encoding=UTF8 --no-sync
      echo 'host all all all scram-sha-256' >> /data/cluster/pg_hba.conf
      exec /usr/lib/postgresql/15/bin/postgres -D /data/cluster -c fsync=off \\
        -c listen_addresses='*' -c unix_socket_directories='' \\
        -c dynamic_shared_memory_type=mmap -c client_connection_check_interval=200ms
      """;

  static PostgresImage build(Path context) throws IOException {
    Neighbours.require("docker", "busybox", "bash", "perl", "postgres");
    Path root = Files.createDirectory(context.resolve("root"));
    copyTree(POSTGRES.resolve("lib"), root);
    copyTree(Path.of("/usr/share/postgresql/15"), root);
    copyTree(Path.of("/usr/share/zoneinfo"), root);
    copyTree(PERL_LIBRARY, root);
    copyProgram(POSTGRES.resolve("bin/postgres"), "usr/lib/postgresql/15/bin/postgres", root);
    copyProgram(POSTGRES.resolve("bin/initdb"), "usr/lib/postgresql/15/bin/initdb", root);
    copyProgram(found("busybox"), "bin/sh", root);
    copyProgram(found("bash"), "relays/bash/bash", root);
    copyProgram(found("busybox"), "relays/bash/dd", root);
    copyProgram(found("busybox"), "relays/nc/nc", root);
    copyProgram(found("busybox"), "relays/busybox/busybox", root);
    copyProgram(Path.of("/usr/bin/perl"), "relays/perl/perl", root);
    Files.createDirectory(context.resolve("data"));
    Files.writeString(context.resolve("data/mark"), "");
    Files.writeString(context.resolve("passwd"), "postgres:x:999:999::/data:/bin/sh\n");
    Files.writeString(context.resolve("start"), START);
    Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    DockerClient engine = Containers.ofThisMachine().engine();
    return new PostgresImage(
        engine,
        engine
            .buildImageCmd(context.toFile())
            .withTags(Set.of("fairlead-test/postgres-" + UUID.randomUUID() + ":1"))
            .exec(new BuildImageResultCallback())
            .awaitImageId());
  }

  private static Path found(String program) throws IOException {
    return Neighbours.find(program).orElseThrow().toRealPath();
  }

  /** But for what PostgreSQL compiles queries with. */
  private static void copyTree(Path tree, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().contains("bitcode"))
              .toList()) {
        copy(file, root.resolve(file.toString().substring(1)));
      }
    }
  }

  private static void copyProgram(Path program, String name, Path root) throws IOException {
    copy(program, root.resolve(name));
    Process ldd = new ProcessBuilder("ldd", program.toString()).redirectErrorStream(true).start();
    String text = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    LIBRARY
        .matcher(text)
        .results()
        .map(library -> library.group(1))
        .forEach(library -> copy(Path.of(library), root.resolve(library.substring(1))));
  }

  /** Links become what they point to. */
  private static void copy(Path file, Path target) {
    try {
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param relay what a relay's folder is called; none when empty
   * @param network {@code none}, or the id of one
   */
  PostgresContainer start(String relay, String network) {
    String name = "fairlead-test-" + UUID.randomUUID();
    String container =
        engine
            .createContainerCmd(id)
            .withName(name)
            .withEnv("DATABASE_PASSWORD=" + PostgresContainer.PASSWORD, "PATH=/relays/" + relay)
            .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network))
            .exec()
            .getId();
    engine.startContainerCmd(container).exec();
    return new PostgresContainer(engine, container, name);
  }

  @Override
  public void close() {
    engine.removeImageCmd(id).withForce(true).exec();
  }
}
