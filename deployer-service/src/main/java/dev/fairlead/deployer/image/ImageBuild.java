package dev.fairlead.deployer.image;

import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfigurations;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds images on one engine, with the engine's own builder. */
final class ImageBuild {

  private static final Logger LOG = LoggerFactory.getLogger(ImageBuild.class);

  /** As Linux says it, which every engine here runs on. */
  private static final String FULL = "no space left on device";

  private static final int ATTEMPTS = 50;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Engine engine;

  ImageBuild(Engine engine) {
    this.engine = engine;
  }

  /**
   * The image of an order that was carried out before. By a name that only this installation gives,
   * never by a label: what others build {@code FROM} the image inherits its labels.
   */
  Optional<ArtifactDigest> find(BuildOrder order) {
    return engine.ask(
        "look for the image of " + order.application(),
        () -> new Images(engine).find(tagOf(order)).map(Artifact.Image::digest));
  }

  /** Given by the engine together with the image, so that a crash leaves no image without it. */
  private String tagOf(BuildOrder order) {
    return "%s/%s:build-%s"
        .formatted(KeptImages.repository(engine), order.application(), order.key());
  }

  /**
   * Builds it. When that fails, or the thread is interrupted, nothing is left on the engine but
   * what was there before.
   *
   * @param log gets the output as it comes
   * @throws ArtifactUnusable with the reason the engine gave
   */
  ArtifactDigest build(
      BuildOrder order, Artifact.Context context, Instant now, Consumer<String> log)
      throws InterruptedException {
    BuildOutput output = new BuildOutput(log);
    boolean built = false;
    try (InputStream files = Files.newInputStream(context.file());
        output) {
      command(order, files, now).exec(output).awaitCompletion();
      ArtifactDigest image =
          output.image().map(this::idOf).orElseThrow(() -> failed(order, output));
      built = true;
      return image;
    } catch (IOException e) {
      throw new ArtifactUnusable(nameOf(order), "its build broke off: " + e.getMessage(), e);
    } catch (DockerException e) {
      throw unlessFull(
          order,
          String.valueOf(e.getMessage()),
          () ->
              new ArtifactUnusable(
                  nameOf(order),
                  "%s refused to build it: %s".formatted(engine, e.getMessage()),
                  e));
    } finally {
      if (!built) {
        removeTraces(output.layers());
      }
    }
  }

  private BuildImageCmd command(BuildOrder order, InputStream files, Instant now) {
    BuildImageCmd command =
        engine
            .patient()
            .buildImageCmd(files)
            .withDockerfilePath(order.source().dockerfile())
            .withBuildAuthConfigs(logins(order))
            .withLabels(order.labels(now))
            .withTags(Set.of(tagOf(order)))
            .withRemove(true)
            .withForcerm(true);
    order.source().args().forEach(command::withBuildArg);
    if (order.source().target() != null) {
      command.withTarget(order.source().target());
    }
    return command;
  }

  /** The engine pulls what {@code FROM} names; most of it takes no login. */
  private static AuthConfigurations logins(BuildOrder order) {
    try {
      return RegistryLogins.ofThisUser().all();
    } catch (LoginUnusable e) {
      LOG.warn(
          "build of=\"{}\" logins=none reason=\"{}\" next=\"{}\"",
          nameOf(order),
          e.getMessage(),
          e.advice());
      return new AuthConfigurations();
    }
  }

  /** The engine tells the first digits. */
  private ArtifactDigest idOf(String told) {
    return engine.ask(
        "tell what it has built",
        () ->
            new ArtifactDigest(
                String.valueOf(engine.client().inspectImageCmd(told).exec().getId())));
  }

  private ArtifactUnusable failed(BuildOrder order, BuildOutput output) {
    return unlessFull(
        order,
        output.error(),
        () ->
            new ArtifactUnusable(
                nameOf(order),
                "its build failed: %s; the whole output: fairlead deployments log %s"
                    .formatted(
                        output.error().isEmpty() ? "the engine hung up" : output.error(),
                        order.deployment())));
  }

  private ArtifactUnusable unlessFull(
      BuildOrder order, String error, Supplier<ArtifactUnusable> otherwise) {
    return error.contains(FULL)
        ? ArtifactUnusable.withAdvice(
            nameOf(order),
            "its build failed: the disk of %s is full: %s".formatted(images(), error.strip()),
            "free space there, then deploy again")
        : otherwise.get();
  }

  private String images() {
    return engine.imageFolder().map(Path::toString).orElse("host " + engine.host());
  }

  private static String nameOf(BuildOrder order) {
    return "%s %s".formatted(order.application(), order.version());
  }

  /** The latest first: with one the engine also removes those below it that nobody else needs. */
  private void removeTraces(List<String> layers) {
    for (String layer : layers.reversed()) {
      try {
        remove(layer);
      } catch (NotFoundException gone) {
        LOG.debug("layer={} is gone already", layer, gone);
      } catch (RuntimeException e) {
        LOG.info("layer={} left=true reason=\"{}\"", layer, e.getMessage());
      }
    }
  }

  /** The engine ends the container of a cancelled build a moment after we have hung up. */
  private void remove(String layer) {
    InspectImageResponse image = engine.client().inspectImageCmd(layer).exec();
    if (image.getRepoTags() != null && !image.getRepoTags().isEmpty()) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        engine.client().removeImageCmd(layer).exec();
        return;
      } catch (ConflictException inUse) {
        if (attempt == ATTEMPTS) {
          throw inUse;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
