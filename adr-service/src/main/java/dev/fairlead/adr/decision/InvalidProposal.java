package dev.fairlead.adr.decision;

import java.util.List;
import java.util.stream.Collectors;

/** A proposal that must not be written down; says everything that is wrong with it. */
public final class InvalidProposal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidProposal(List<Proposal.Violation> violations) {
    super(
        violations.stream()
            .map(one -> "%s: %s".formatted(one.field(), one.message()))
            .collect(Collectors.joining("; ")));
  }
}
