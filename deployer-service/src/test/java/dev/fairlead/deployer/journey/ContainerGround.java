package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * Containers of the real engine, of images that it builds, each with a network of its place and a
 * volume with a secret. The deployer reaches the engine by way of a {@link HeldEngine}.
 */
final class ContainerGround implements KillGround {

  private static final String SECRET = "canary-" + UUID.randomUUID();
  private static final String MARK = "fairlead-test.rig";
  private static final String APPLICATION = "fairlead.application";
  private static final String INSTANCE = "fairlead.instance";
  private static final String SERVE =
      "/bin/busybox httpd -f -p $PORT -h /www & trap 'exit 0' TERM; wait; wait";

  /** The label tells what a build has left; the argument keeps places from sharing layers. */
  private static final String DOCKERFILE =
      """
      FROM scratch
      LABEL %s=%s
      COPY busybox /bin/busybox
      ARG PLACE
      ENV PLACE=$PLACE
      COPY www /www/
      CMD ["/bin/busybox", "sh", "/www/serve.sh"]
      """;

  /** Where a build is while it is killed. */
  private static final String SLOW_STEP = "RUN [\"/bin/busybox\", \"sleep\", \"0.5\"]\n";

  private static final String PROGRAM =
      """
      runtime: docker
      artifact: {build: {context: context, args: {PLACE: %s}}}
      port: 8080
      limits: {memory: 32MB, processors: 0.5, processes: 50, tmp: 1MB}
      environment: {API_KEY: "secret:file:%s"}
      retention: {releases: 1}
      """;

  private final String mark = UUID.randomUUID().toString();
  private final Path folder;
  private final Snares snares;
  private final DockerClient client;
  private final HeldEngine engine;
  private final Path secret;

  ContainerGround(Path folder, Snares snares) throws IOException {
    this.folder = folder;
    this.snares = snares;
    this.client = BusyboxImages.engine();
    Path socket = folder.resolve("engine");
    this.engine = new HeldEngine(socket, Path.of("/var/run/docker.sock"));
    this.secret = Files.writeString(folder.resolve("api-key"), SECRET);
  }

  HeldEngine engine() {
    return engine;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "FAIRLEAD_DEPLOYER_DOCKER",
        "unix://" + folder.resolve("engine"),
        "FAIRLEAD_DEPLOYER_ARTIFACTGRACE",
        "5s",
        "FAIRLEAD_DEPLOYER_UPKEEP",
        "1s");
  }

  @Override
  public void write(String version, Map<String, String> files) throws IOException {
    Path context = Files.createDirectories(directory(version).resolve("context"));
    Files.copy(Neighbours.find("busybox").orElseThrow().toRealPath(), context.resolve("busybox"));
    Files.writeString(
        context.resolve("Dockerfile"),
        DOCKERFILE.formatted(MARK, mark) + (version.equals(KillStory.BASE) ? "" : SLOW_STEP));
    Files.writeString(directory(version).resolve("script.sh"), KillStory.SCRIPT);
    Map<String, String> all = new HashMap<>(files);
    all.put("serve.sh", SERVE);
    for (Map.Entry<String, String> file : all.entrySet()) {
      Path parent =
          file.getKey().startsWith("migrations/") ? directory(version) : context.resolve("www");
      Path path = parent.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  @Override
  public Path directory(String version) {
    return folder.resolve("version-" + version);
  }

  @Override
  public String program(String application) {
    return PROGRAM.formatted(application, secret);
  }

  @Override
  public Trap trap(String application, KillPoint point) {
    return point.isCommand()
        ? engine.hold(application, point.step(), point.occurrence())
        : snares.at(application, point.step(), point.moment());
  }

  @Override
  public Map<String, Set<String>> rollCall() {
    Map<String, Set<String>> ids = new TreeMap<>();
    for (Container container : containers()) {
      Map<String, String> labels = container.getLabels();
      if (labels.containsKey(INSTANCE)) {
        ids.computeIfAbsent(labels.get(APPLICATION), name -> new TreeSet<>())
            .add(labels.get(INSTANCE));
      }
    }
    return ids;
  }

  /** Those of this rig's images, and those that builds have left. */
  private List<Container> containers() {
    return client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(MARK, mark)).exec();
  }

  @Override
  public void requireClean(SoftAssertions all, KilledPlace place, Set<String> ids) {
    all.assertThatCode(
            () ->
                await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(DockerException.class)
                    .untilAsserted(() -> assertNothingElse(place, ids)))
        .as("%s: nothing beside its instances", place)
        .doesNotThrowAnyException();
    for (Container container : containers()) {
      String told = client.inspectContainerCmd(container.getId()).exec().toString();
      all.assertThat(told).as("%s: the secret is told by nobody", place).doesNotContain(SECRET);
    }
    all.assertThat(filesWithSecret()).as("%s: the secret is in no file", place).isEmpty();
  }

  private void assertNothingElse(KilledPlace place, Set<String> ids) {
    String application = place.application();
    assertThat(volumes(application))
        .as("volumes")
        .containsExactlyInAnyOrderElementsOf(
            ids.stream().map("fairlead-%s-secrets"::formatted).toList());
    assertThat(networks(application)).as("networks").hasSize(ids.isEmpty() ? 0 : 1);
    assertThat(containers()).as("of builds").allMatch(one -> one.getLabels().containsKey(INSTANCE));
    assertThat(dangling()).as("images without a name").isEmpty();
    if (!place.story().goesBack()) {
      assertThat(images(application)).as("images").hasSize(1);
    }
  }

  /**
   * Neither on the engine nor in the deployer's home, where only what its instances wrote stays.
   */
  void assertGone(String application) {
    assertThat(rollCall()).as("containers").doesNotContainKey(application);
    assertThat(volumes(application)).as("volumes").isEmpty();
    assertThat(networks(application)).as("networks").isEmpty();
    assertThat(images(application)).as("images").isEmpty();
    assertThat(containers()).as("of builds").allMatch(one -> one.getLabels().containsKey(INSTANCE));
    assertThat(files(application))
        .as("files, but what it wrote last, and what keeps whoever is late from coming back")
        .allMatch(file -> file.matches("(containers|processes)/(logs|fences)/.*"));
  }

  /** With the name of the application, in the deployer's home. */
  private List<String> files(String application) {
    Path home = folder.resolve("home");
    Pattern named = Pattern.compile("\\b%s\\b".formatted(application));
    try (Stream<Path> all = Files.walk(home)) {
      return all.map(home::relativize)
          .map(Path::toString)
          .filter(file -> named.matcher(file).find())
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> volumes(String application) {
    return volumes().stream()
        .filter(one -> application.equals(one.getLabels().get(APPLICATION)))
        .map(InspectVolumeResponse::getName)
        .toList();
  }

  private List<InspectVolumeResponse> volumes() {
    return client.listVolumesCmd().withFilter("label", ours()).exec().getVolumes();
  }

  private List<String> networks(String application) {
    return networks().stream()
        .filter(one -> application.equals(one.getLabels().get(APPLICATION)))
        .map(Network::getId)
        .toList();
  }

  private List<Network> networks() {
    return client.listNetworksCmd().withFilter("label", ours()).exec();
  }

  /** Other tests use the same engine. */
  private List<String> ours() {
    Path home = folder.resolve("home/containers");
    return List.of("fairlead.runtime=" + DockerEngine.local(Optional.empty(), home).installation());
  }

  private List<Image> images() {
    return client.listImagesCmd().withLabelFilter(Map.of(MARK, mark)).exec();
  }

  private Set<String> images(String application) {
    return images().stream()
        .filter(image -> tags(image).anyMatch(tag -> tag.contains("/" + application + ":")))
        .map(Image::getId)
        .collect(Collectors.toSet());
  }

  private List<String> dangling() {
    return images().stream()
        .filter(image -> tags(image).allMatch("<none>:<none>"::equals))
        .map(Image::getId)
        .toList();
  }

  private static Stream<String> tags(Image image) {
    return Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of);
  }

  /** Of the deployer's home and logs. */
  private List<Path> filesWithSecret() {
    try (Stream<Path> home = Files.walk(folder.resolve("home"));
        Stream<Path> beside = Files.list(folder)) {
      return Stream.concat(home, beside)
          .filter(Files::isRegularFile)
          .filter(file -> !file.equals(secret))
          .filter(ContainerGround::holdsSecret)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean holdsSecret(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (IOException goneMeanwhile) {
      return false;
    }
  }

  @Override
  public void close() {
    Closing closing = new Closing();
    closing.add(engine);
    images().forEach(one -> closing.add(client.removeImageCmd(one.getId()).withForce(true)::exec));
    networks().forEach(one -> closing.add(client.removeNetworkCmd(one.getId())::exec));
    volumes().forEach(one -> closing.add(client.removeVolumeCmd(one.getName())::exec));
    containers()
        .forEach(one -> closing.add(client.removeContainerCmd(one.getId()).withForce(true)::exec));
    closing.close();
  }
}
