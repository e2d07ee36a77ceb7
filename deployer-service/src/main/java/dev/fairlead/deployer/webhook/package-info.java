/**
 * Pushes that ask for deployments: from GitHub and GitLab, and from registries of images. Nothing
 * of a message is looked at before its sender has proved to know the secret.
 */
@NullMarked
package dev.fairlead.deployer.webhook;

import org.jspecify.annotations.NullMarked;
