package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The Docker Engine of one host, and what this installation keeps about it.
 *
 * @param client for questions, which are answered within a minute
 * @param patient for what may be silent for long: builds, pulls, copies
 * @param folder for fences, locks and the logs of stopped instances; deployers that share the work
 *     share it
 * @param installation tells what this installation made from what others made on the same engine
 * @param door where its containers are reached
 * @param handshake where it is reached over TLS
 * @param trouble why it is not even asked just now, for people; empty while it can be
 */
public record Engine(
    HostName host,
    DockerClient client,
    DockerClient patient,
    Path folder,
    String installation,
    Door door,
    Optional<Handshake> handshake,
    Supplier<Optional<String>> trouble) {

  /** In bytes (moby, daemon/graphdriver/zfs). */
  private static final String SPACE_AVAILABLE = "Space Available";

  /**
   * @param published the address of the host that containers' ports are opened on
   * @param reached the same, as routers and the deployer know it
   * @param here whether that is this machine, so that a port can be tried beforehand
   */
  public record Door(String published, String reached, boolean here) {

    public static final Door LOOPBACK = new Door("127.0.0.1", "127.0.0.1", true);
  }

  static Engine of(
      HostName host,
      DockerClient client,
      DockerClient patient,
      Path folder,
      Door door,
      Optional<Handshake> handshake,
      Supplier<Optional<String>> trouble) {
    Path root = folder.toAbsolutePath().normalize();
    return new Engine(host, client, patient, root, RuntimeName.of(root), door, handshake, trouble);
  }

  /**
   * @param intent completes "refused to"
   * @throws EngineAway if it does not answer
   * @throws RuntimeFailure if it refuses
   */
  public <T> T ask(String intent, Supplier<T> question) {
    Optional<String> reason = trouble.get();
    if (reason.isPresent()) {
      throw new EngineAway("%s could not be asked to %s: %s".formatted(this, intent, reason.get()));
    }
    try {
      return question.get();
    } catch (RuntimeFailure | StaleFence e) {
      throw e;
    } catch (DockerException e) {
      throw new RuntimeFailure("%s refused to %s: %s".formatted(this, intent, said(e)), e);
    } catch (RuntimeException e) {
      throw new EngineAway(
          "%s could not be asked to %s: %s"
              .formatted(this, intent, Distrust.explained(e, handshake)),
          e);
    }
  }

  /** Where it keeps its images, if that is a folder of this machine that can be seen. */
  public Optional<Path> imageFolder() {
    try {
      return Optional.ofNullable(
              ask("tell about itself", () -> client.infoCmd().exec().getDockerRootDir()))
          .map(Path::of)
          .filter(folder -> door.here() && Files.isDirectory(folder));
    } catch (RuntimeFailure away) {
      return Optional.empty();
    }
  }

  /**
   * Bytes that are free where it keeps its images, as far as it tells: with ZFS it does, with
   * overlayfs it does not, and no other question of its API is answered with it.
   */
  public OptionalLong room() {
    try {
      List<List<String>> told =
          ask("tell about itself", () -> client.infoCmd().exec().getDriverStatuses());
      return Objects.requireNonNullElse(told, List.<List<String>>of()).stream()
          .filter(line -> line.size() == 2 && line.getFirst().equals(SPACE_AVAILABLE))
          .map(List::getLast)
          .filter(bytes -> bytes.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (RuntimeFailure away) {
      return OptionalLong.empty();
    }
  }

  /**
   * What its host has.
   *
   * @param processors that containers may be given
   * @param memory in bytes
   */
  public record Capacity(int processors, long memory) {}

  /** Empty while it does not answer, or does not tell. */
  public Optional<Capacity> capacity() {
    try {
      return ask("tell about itself", () -> capacityOf(client.infoCmd().exec()));
    } catch (RuntimeFailure away) {
      return Optional.empty();
    }
  }

  private static Optional<Capacity> capacityOf(Info told) {
    Integer processors = told.getNCPU();
    Long memory = told.getMemTotal();
    return processors == null || memory == null || processors < 1 || memory < 1
        ? Optional.empty()
        : Optional.of(new Capacity(processors, memory));
  }

  /** For people: the name of a host says more than its address. */
  @Override
  public String toString() {
    return host.equals(HostName.LOCAL) ? "the Docker Engine" : "the Docker Engine of host " + host;
  }

  private static String said(DockerException e) {
    return String.valueOf(e.getMessage()).strip();
  }
}
