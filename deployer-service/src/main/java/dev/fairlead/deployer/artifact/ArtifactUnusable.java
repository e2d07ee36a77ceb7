package dev.fairlead.deployer.artifact;

/** An artifact that cannot be found, read or trusted; the message says which and what to do. */
public final class ArtifactUnusable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String artifact;

  public ArtifactUnusable(String artifact, String reason) {
    super(message(artifact, reason));
    this.artifact = artifact;
  }

  public ArtifactUnusable(String artifact, String reason, Throwable cause) {
    super(message(artifact, reason), cause);
    this.artifact = artifact;
  }

  /** The path or reference as the manifest gave it. */
  public String artifact() {
    return artifact;
  }

  private static String message(String artifact, String reason) {
    return "artifact %s cannot be used: %s".formatted(artifact, reason);
  }
}
