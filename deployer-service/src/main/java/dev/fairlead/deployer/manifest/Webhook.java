package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.events.SecretReference;
import org.jspecify.annotations.Nullable;

/**
 * Deployments that pushes ask for.
 *
 * @param secret what the sender signs with, or sends
 * @param branch whose pushes are deployed; tags are, whatever branch they are on, when it is empty
 * @param version what a push of a branch is called: {@code {commit}} and {@code {short-commit}} are
 *     filled in
 * @param repository whose pushes are deployed, as the sender calls it; absent: of any repository of
 *     a Git server, and of a registry the repository of the artifact. Written only where it is
 *     there, so that plans of earlier versions keep their hash
 */
public record Webhook(
    Sender sender,
    SecretReference secret,
    String branch,
    String version,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String repository) {

  /** Who sends, and thereby how it proves that. */
  public enum Sender {
    /** Signs the body with HMAC-SHA256. */
    GITHUB,
    /** Sends the secret along. */
    GITLAB,
    /** A registry of images; sends the secret along. */
    REGISTRY
  }
}
