package dev.fairlead.adr.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.fairlead.adr.decision.Decision;
import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.InvalidProposal;
import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.adr.decision.Status;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Decisions over HTTP. Deployers propose, approvers decide, everyone reads. */
@RestController
@RequestMapping("/decisions")
@PreAuthorize("hasRole('VIEWER')")
class DecisionController {

  private final Catalogue catalogue;
  private final Index index;

  DecisionController(Catalogue catalogue, Index index) {
    this.catalogue = catalogue;
    this.index = index;
  }

  /**
   * What can be seen of it in a list.
   *
   * @param decision its id
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Summary(
      DecisionId decision,
      String title,
      DecisionStatus status,
      LocalDate date,
      String proposedBy,
      @Nullable String decidedBy,
      @Nullable String reason,
      @Nullable LocalDate reviewBy,
      List<DecisionId> supersedes,
      @Nullable DecisionId supersededBy,
      List<String> appliesTo,
      String file,
      String commit) {}

  /**
   * @param sections by heading, as they were decided
   * @param markdown the whole file, as it was decided
   */
  record Details(@JsonUnwrapped Summary summary, Map<String, String> sections, String markdown) {}

  record Proposed(
      @NotNull @Size(max = 400) String title,
      @Nullable String context,
      @Nullable String decision,
      @Nullable String rationale,
      @Nullable String tradeOffs,
      @Nullable String consequence,
      @Nullable List<@NotNull String> appliesTo,
      @Nullable LocalDate reviewBy) {

    Proposal proposal() {
      return new Proposal(
          title,
          context,
          decision,
          rationale,
          tradeOffs,
          consequence,
          appliesTo == null ? List.of() : appliesTo,
          reviewBy);
    }
  }

  record Reason(@NotBlank @Size(max = 1_000) String reason) {}

  record Review(@NotNull @Future LocalDate reviewBy) {}

  record Successor(@NotBlank String by) {}

  /**
   * @param status one of them
   * @param appliesTo a name it applies to, exactly
   * @param text that the file holds, in any case
   */
  @GetMapping
  List<Summary> decisions(
      @RequestParam @Nullable String status,
      @RequestParam @Nullable String appliesTo,
      @RequestParam @Nullable String text) {
    @Nullable DecisionStatus wanted = status == null ? null : status(status);
    String words = text == null ? "" : text.toLowerCase(Locale.ROOT);
    return index.all().values().stream()
        .filter(one -> wanted == null || one.decision().is(wanted))
        .filter(one -> appliesTo == null || one.decision().appliesTo().contains(appliesTo))
        .filter(one -> one.text().toLowerCase(Locale.ROOT).contains(words))
        .map(DecisionController::summary)
        .toList();
  }

  @GetMapping("/{id}")
  Details decision(@PathVariable String id) {
    Known one = index.find(said(id)).orElseThrow(() -> Refusals.unknown(id));
    byte[] text = one.text().getBytes(StandardCharsets.UTF_8);
    return new Details(summary(one), DecisionDocument.read(text).sections(), one.text());
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @PreAuthorize("hasRole('DEPLOYER')")
  Summary propose(@RequestBody @Valid Proposed proposed) {
    Proposal proposal = proposed.proposal();
    try {
      return summary(catalogue.propose(proposal, who()));
    } catch (InvalidProposal e) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "invalid-decision",
          String.valueOf(e.getMessage()),
          "correct what is named and propose it again");
    }
  }

  @PostMapping("/{id}/acceptance")
  @PreAuthorize("hasRole('APPROVER')")
  Summary accept(@PathVariable String id) {
    return summary(catalogue.accept(said(id), who()));
  }

  @PostMapping("/{id}/rejection")
  @PreAuthorize("hasRole('APPROVER')")
  Summary reject(@PathVariable String id, @RequestBody @Valid Reason reason) {
    return summary(catalogue.reject(said(id), reason.reason(), who()));
  }

  @PostMapping("/{id}/deprecation")
  @PreAuthorize("hasRole('APPROVER')")
  Summary deprecate(@PathVariable String id, @RequestBody @Valid Reason reason) {
    return summary(catalogue.deprecate(said(id), reason.reason(), who()));
  }

  @PostMapping("/{id}/reaffirmation")
  @PreAuthorize("hasRole('APPROVER')")
  Summary reaffirm(@PathVariable String id, @RequestBody @Valid Review review) {
    return summary(catalogue.reaffirm(said(id), review.reviewBy(), who()));
  }

  @PostMapping("/{id}/supersession")
  @PreAuthorize("hasRole('APPROVER')")
  Summary supersede(@PathVariable String id, @RequestBody @Valid Successor successor) {
    return summary(catalogue.supersede(said(id), said(successor.by()), who()));
  }

  private static Actor who() {
    return Caller.current().actor();
  }

  private static DecisionId said(String id) {
    return Ids.said(id).orElseThrow(() -> Refusals.unknown(id));
  }

  private static DecisionStatus status(String text) {
    return Status.written(text)
        .orElseThrow(
            () ->
                new Refusal(
                    HttpStatus.BAD_REQUEST,
                    "unknown-status",
                    "status '%s' is not valid".formatted(text),
                    "expected proposed, accepted, superseded, deprecated or rejected"));
  }

  private static Summary summary(Known one) {
    Decision decision = one.decision();
    return new Summary(
        decision.id(),
        decision.title(),
        decision.status(),
        decision.date(),
        decision.proposedBy(),
        decision.decidedBy(),
        decision.reason(),
        decision.reviewBy(),
        decision.supersedes(),
        decision.supersededBy(),
        decision.appliesTo(),
        decision.file(),
        one.commit());
  }
}
