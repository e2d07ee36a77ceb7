package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.events.Actor;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * @param required whether a person other than the requester has to agree
 * @param expiresAfter how long an open question, and then an answer, is worth something
 * @param lifted why it is required though the manifest does not say so; else absent
 */
public record ApprovalPolicy(
    boolean required,
    Duration expiresAfter,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lifted lifted) {

  public ApprovalPolicy(boolean required, Duration expiresAfter) {
    this(required, expiresAfter, null);
  }

  /** The same, but required of everybody. */
  ApprovalPolicy ofAll() {
    return new ApprovalPolicy(true, expiresAfter, lifted);
  }

  /** The same, but required of whoever may be the one who lifted it. */
  ApprovalPolicy inSpiteOf(Lifted lift) {
    return new ApprovalPolicy(true, expiresAfter, lift);
  }

  /**
   * Somebody applied a manifest that asks for no approval any more, and no other approver has
   * since.
   *
   * @param by who
   */
  public record Lifted(Actor by, Instant at) {

    public String reason() {
      return "%s lifted the approval at %s and cannot deploy alone, nor can who is unknown, until another approver applies a manifest with approval: none"
          .formatted(by, at);
    }
  }
}
