package dev.fairlead.deployer.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.events.ArtifactDigest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves image references on one Docker Engine. A reference that names its registry, such as
 * {@code registry.example.org/orders:1.4.2}, is pulled from there with the login that {@code docker
 * login} has kept, since a tag may have moved; one with a digest only if the engine lacks it. Any
 * other reference must be on the engine already.
 */
public final class Images {

  private static final Logger LOG = LoggerFactory.getLogger(Images.class);
  private static final int PULL_MINUTES = 10;

  /** In the words of registries and engines; they have no code for it in common. */
  private static final Pattern DENIED =
      Pattern.compile(
          "unauthorized|not authorized|forbidden|(?<!permission )denied|no basic auth"
              + "|authentication required|status:? 40[13]",
          Pattern.CASE_INSENSITIVE);

  private final Engine engine;
  private final RegistryLogins logins;
  private final PullRoom room;
  private final PulledReferences pulled;

  public Images(Engine engine) {
    this(engine, PullRoom.ANY);
  }

  Images(Engine engine, PullRoom room) {
    this(engine, RegistryLogins.ofThisUser(), room);
  }

  Images(Engine engine, RegistryLogins logins) {
    this(engine, logins, PullRoom.ANY);
  }

  private Images(Engine engine, RegistryLogins logins, PullRoom room) {
    this.engine = engine;
    this.logins = logins;
    this.room = room;
    this.pulled = new PulledReferences(engine.folder().resolve("pulled"));
  }

  /**
   * The image that the reference names now. The answer stays true when the tag moves on.
   *
   * @throws ArtifactUnusable if neither engine nor registry has the image, or cannot be asked
   */
  public Artifact.Image resolve(String reference) {
    try {
      ImageReference image = new ImageReference(reference);
      if (pulled.contains(reference)) {
        pulled.add(reference); // its time begins anew
      }
      boolean settled = image.digest().isPresent() && find(reference).isPresent();
      if (image.registry().isPresent() && !settled) {
        room.require(engine, reference);
        pull(reference, image.registry().get());
      }
      return find(reference).orElseThrow(() -> lacking(reference));
    } catch (DockerException e) {
      throw new ArtifactUnusable(reference, "%s refused: %s".formatted(engine, said(e)), e);
    } catch (LoginUnusable e) {
      throw ArtifactUnusable.withAdvice(reference, String.valueOf(e.getMessage()), e.advice());
    } catch (ArtifactUnusable e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ArtifactUnusable(
          reference,
          "%s cannot be reached (%s); is it running?".formatted(engine, e.getMessage()),
          e);
    }
  }

  /**
   * @param reference or an image id
   */
  Optional<Artifact.Image> find(String reference) {
    return inspect(reference)
        .map(
            image ->
                new Artifact.Image(new ArtifactDigest(String.valueOf(image.getId())), reference));
  }

  Optional<InspectImageResponse> inspect(String reference) {
    try {
      return Optional.of(engine.client().inspectImageCmd(reference).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * A name that comes with the pull is noted before it begins: after a crash nobody else would know
   * whose it is, and it would stay for ever.
   */
  private void pull(String reference, String registry) {
    Optional<AuthConfig> login = logins.find(registry);
    boolean brings = find(reference).isEmpty();
    if (brings) {
      pulled.add(reference);
    }
    try {
      pull(reference, registry, login);
    } catch (RuntimeException e) {
      if (brings) {
        forget(reference, e);
      }
      throw e;
    }
  }

  private void forget(String reference, RuntimeException failure) {
    try {
      if (find(reference).isEmpty()) {
        pulled.remove(reference);
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void pull(String reference, String registry, Optional<AuthConfig> login) {
    Progress progress = new Progress();
    try (progress) {
      if (!engine
          .patient()
          .pullImageCmd(reference)
          // one without a name is nobody's; else the client would take what it read at the start
          .withAuthConfig(login.orElseGet(() -> new AuthConfig().withRegistryAddress(registry)))
          .exec(progress)
          .awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES)) {
        throw new ArtifactUnusable(
            reference, "pulling it took more than %d minutes".formatted(PULL_MINUTES));
      }
      progress.requireSound();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactUnusable(reference, "pulling it was interrupted; deploy again", e);
    } catch (DockerException e) {
      throw failed(reference, registry, login, said(e));
    } catch (java.io.IOException e) {
      throw new ArtifactUnusable(reference, "pulling it broke off: " + e.getMessage(), e);
    }
    if (!progress.error.isEmpty()) {
      throw failed(reference, registry, login, progress.error);
    }
  }

  private ArtifactUnusable failed(
      String reference, String registry, Optional<AuthConfig> login, String said) {
    if (!denied(reference, said)) {
      return ArtifactUnusable.withAdvice(
          reference,
          "pulling it failed: " + said,
          "check its name, and that %s answers".formatted(registry));
    }
    return ArtifactUnusable.withAdvice(
        reference,
        "%s: %s"
            .formatted(
                login.map(one -> refused(registry, one)).orElseGet(() -> none(registry)), said),
        "check its name, and run 'docker login %s' as %s, the deployer's user"
            .formatted(registry, System.getProperty("user.name")));
  }

  /** Also names hold such words. */
  static boolean denied(String reference, String said) {
    return DENIED.matcher(said.replace(reference, "")).find();
  }

  private String refused(String registry, AuthConfig login) {
    return "%s refused the login%s of %s"
        .formatted(
            registry,
            login.getUsername() == null ? "" : " of " + login.getUsername(),
            logins.file());
  }

  private String none(String registry) {
    return "%s wants a login, and %s has none for it".formatted(registry, logins.file());
  }

  private ArtifactUnusable lacking(String reference) {
    return new ArtifactUnusable(
        reference,
        "%s does not have this image; build it or run 'docker pull %s'"
            .formatted(engine, reference));
  }

  private static String said(DockerException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /** What the engine says while it pulls; also a pull that fails is answered 200. */
  private static final class Progress extends ResultCallback.Adapter<PullResponseItem> {

    private volatile String error = "";
    private volatile @Nullable RuntimeException failure;

    /** Would otherwise be in the log with all its frames, beside what is said of it. */
    @Override
    public void onError(Throwable refused) {
      failure =
          refused instanceof RuntimeException known ? known : new IllegalStateException(refused);
      try {
        close();
      } catch (java.io.IOException hungUp) {
        LOG.debug("nothing more comes of a pull", hungUp);
      }
    }

    void requireSound() {
      RuntimeException known = failure;
      if (known != null) {
        throw known;
      }
    }

    @Override
    public void onNext(PullResponseItem item) {
      if (item.getErrorDetail() != null) {
        error = String.valueOf(item.getErrorDetail().getMessage()).strip();
      }
    }
  }
}
