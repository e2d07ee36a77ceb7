package dev.fairlead.deployer.manifest;

import dev.fairlead.events.SecretReference;

/**
 * Deployments that pushes ask for.
 *
 * @param secret what the sender signs with, or sends
 * @param branch whose pushes are deployed; tags are, whatever branch they are on, when it is empty
 * @param version what a push of a branch is called: {@code {commit}} and {@code {short-commit}} are
 *     filled in
 */
public record Webhook(Sender sender, SecretReference secret, String branch, String version) {

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
