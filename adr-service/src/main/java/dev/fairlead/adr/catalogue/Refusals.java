package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.service.problem.Refusal;
import org.springframework.http.HttpStatus;

/** The ways in which a request about decisions is answered with no. */
final class Refusals {

  private Refusals() {}

  static Refusal unknown(Object id) {
    return Refusal.unknown(
        "decision", id, "fairlead adr list shows those there are (GET /decisions)");
  }

  static Refusal cannotBecome(Decision decision, DecisionStatus next) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "decision-already-made",
        "%s is %s and cannot become %s".formatted(decision.id(), decision.status(), next),
        switch (decision.status()) {
          case PROPOSED -> "accept it first";
          case ACCEPTED -> "an accepted decision is superseded by another one, or deprecated";
          case SUPERSEDED, DEPRECATED, REJECTED -> "propose a new decision";
        });
  }

  static Refusal cannotSupersede(Decision old, Decision next) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "cannot-supersede",
        "%s cannot be superseded by %s, which is %s".formatted(old.id(), next.id(), next.status()),
        "name another decision, one that is ACCEPTED");
  }

  static Refusal cannotReaffirm(Decision decision) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "cannot-reaffirm",
        "%s is %s; only an ACCEPTED decision is reaffirmed"
            .formatted(decision.id(), decision.status()),
        decision.is(DecisionStatus.PROPOSED) ? "accept it" : "propose a new decision");
  }

  static Refusal tampered(Decision decision) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "decision-tampered",
        "%s (%s) was changed from outside after it was %s"
            .formatted(decision.id(), decision.file(), decision.status()),
        "fairlead adr lint (GET /lint) names the commit; revert it in a clone and push");
  }

  static Refusal busy() {
    return new Refusal(
        HttpStatus.SERVICE_UNAVAILABLE,
        "repository-busy",
        "other commits kept coming in between",
        "try again");
  }
}
