package dev.fairlead.deployer.artifact;

import dev.fairlead.deployer.disk.FullDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An artifact that cannot be found, read or trusted; the message says which and what to do. */
public final class ArtifactUnusable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String artifact;
  private final @Nullable String advice;

  public ArtifactUnusable(String artifact, String reason) {
    super(message(artifact, reason));
    this.artifact = artifact;
    this.advice = null;
  }

  public ArtifactUnusable(String artifact, String reason, Throwable cause) {
    super(message(artifact, reason), cause);
    this.artifact = artifact;
    this.advice = null;
  }

  private ArtifactUnusable(
      String artifact, String reason, String advice, @Nullable Throwable cause) {
    super(message(artifact, reason), cause);
    this.artifact = artifact;
    this.advice = advice;
  }

  /** Where something else than the artifact is to be corrected. */
  public static ArtifactUnusable withAdvice(String artifact, String reason, String advice) {
    return new ArtifactUnusable(artifact, reason, advice, null);
  }

  /**
   * Where it could not be written.
   *
   * @param folder in which the deployer keeps such things
   * @param doing as in {@code unpacking it}
   */
  public static ArtifactUnusable unwritable(
      String artifact, String doing, Path folder, IOException cause) {
    return FullDisk.isCauseOf(cause, folder)
        ? new ArtifactUnusable(
            artifact,
            "%s failed: the disk of %s is full".formatted(doing, folder),
            "free space there, then deploy again",
            cause)
        : new ArtifactUnusable(
            artifact, "%s failed: %s".formatted(doing, cause.getMessage()), cause);
  }

  /** What to do, where it is not the artifact that has to be another one. */
  public @Nullable String advice() {
    return advice;
  }

  /** The path or reference as the manifest gave it. */
  public String artifact() {
    return artifact;
  }

  private static String message(String artifact, String reason) {
    return "artifact %s cannot be used: %s".formatted(artifact, reason);
  }
}
