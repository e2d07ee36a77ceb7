package dev.fairlead.deployer.manifest;

import java.time.Duration;

/**
 * @param required whether a person other than the requester has to agree
 * @param expiresAfter how long an open question, and then an answer, is worth something
 */
public record ApprovalPolicy(boolean required, Duration expiresAfter) {}
