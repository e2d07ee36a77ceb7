package dev.fairlead.cli.demo;

import java.util.Locale;

/** What the demo sets out to show, in the order of its story. */
public enum Promise {
  SUITE_READY("broker, database, stores, proxy and six services start and are ready"),
  FIRST_RELEASE("version 1 is deployed to staging and serves"),
  CANARY_COMPARED("a quarter of the requests meet version 2 while version 1 answers the others"),
  MIGRATING_RELEASE("version 2 migrates the database and replaces version 1"),
  BACKED_UP_FIRST("the database was backed up for this deployment before it was migrated"),
  NO_REQUEST_LOST_BY_ROLLOUT("the rollout lost no request"),
  BAD_RELEASE_ROLLED_BACK(
      "version 3 fails under load: it is detected and rolled back without anybody's help"),
  NO_REQUEST_LOST_BY_ROLLBACK(
      "the rollback lost no request; the error answers were version 3's own"),
  DATABASE_INTACT("every order that was confirmed is in the database"),
  UNACCEPTED_DECISION_BLOCKS(
      "a deployment that names a decision nobody accepted is refused, nothing is touched"),
  ACCEPTED_DECISION_PASSES("once the decision is accepted, the same deployment goes through"),
  WAITS_FOR_APPROVAL("version 4 waits for approval before it enters production"),
  REQUESTER_CANNOT_APPROVE("whoever requested it cannot approve it, not even an administrator"),
  APPROVED_PLAN_RUNS("another person approves exactly this plan, and it runs"),
  INCIDENT_NOTICED(
      "the instance is killed with kill -9 as often as it comes back, and its target is degraded"),
  ALERT_ARRIVED("the alert arrives in Slack, by email and in PagerDuty"),
  INSTANCE_RESTARTED("the instance is started again by itself and the target recovers"),
  ALERT_RESOLVED("the same three channels hear that it is over"),
  NO_REQUEST_LOST("no request of the whole story was lost");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  /** Stable, kebab case; scripts look for it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String words() {
    return words;
  }
}
