package dev.fairlead.deployer.image;

import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Version;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One image to be built.
 *
 * @param context digest of its files
 * @param commit they are from, if anybody said
 */
public record BuildOrder(
    ApplicationName application,
    Version version,
    @Nullable String commit,
    DeploymentId deployment,
    ArtifactDigest context,
    ArtifactSource.Build source) {

  /** Names what an image was built from and for; on every image that was built. */
  static final String KEY = "fairlead.build";

  private static final String OCI = "org.opencontainers.image.";
  private static final int SHORT = 7;

  /**
   * Two orders with the same key give the same image, so the second is not built. Version and
   * commit are part of it because the labels tell them: a new version of an unchanged context is an
   * image of its own, of the same layers.
   */
  String key() {
    List<@Nullable String> parts = new ArrayList<>();
    parts.addAll(Arrays.asList(application.value(), version.value(), commit, context.value()));
    parts.addAll(Arrays.asList(source.dockerfile(), source.target()));
    new TreeMap<>(source.args()).forEach((name, value) -> parts.addAll(List.of(name, value)));
    // with its length before it, no part can pass for two
    String all =
        parts.stream()
            .map(part -> part == null ? "-" : part.length() + ":" + part)
            .collect(Collectors.joining("\n"));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  Map<String, String> labels(Instant now) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(OCI + "title", application.value());
    labels.put(OCI + "version", version.value());
    labels.put(OCI + "created", now.truncatedTo(ChronoUnit.SECONDS).toString());
    if (commit != null) {
      labels.put(OCI + "revision", commit);
    }
    labels.put(KEY, key());
    labels.put("fairlead.application", application.value());
    labels.put("fairlead.version", version.value());
    labels.put("fairlead.deployment", deployment.toString());
    labels.put("fairlead.context", context.value());
    return labels;
  }

  /** For people: the short commit hash, or the version where no commit is known. */
  String tag() {
    String text =
        commit == null ? version.value() : commit.substring(0, Math.min(SHORT, commit.length()));
    String allowed = text.replaceAll("[^A-Za-z0-9_.-]", "-").replaceAll("^[.-]+", "");
    return allowed.isEmpty() ? "untitled" : allowed.substring(0, Math.min(128, allowed.length()));
  }
}
