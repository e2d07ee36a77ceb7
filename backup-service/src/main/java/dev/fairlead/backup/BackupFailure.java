package dev.fairlead.backup;

import dev.fairlead.events.BackupEvent.BackupFailureReason;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no backup, or no restore: classified, with what was seen and what to do about it.
 */
public final class BackupFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final BackupFailureReason reason;
  private final String advice;
  private final boolean worthAnotherTry;

  public BackupFailure(BackupFailureReason reason, String detail, String advice) {
    this(reason, detail, advice, null);
  }

  public BackupFailure(
      BackupFailureReason reason, String detail, String advice, @Nullable Throwable cause) {
    this(reason, detail, advice, cause, false);
  }

  private BackupFailure(
      BackupFailureReason reason,
      String detail,
      String advice,
      @Nullable Throwable cause,
      boolean worthAnotherTry) {
    super(detail, cause);
    this.reason = reason;
    this.advice = advice;
    this.worthAnotherTry = worthAnotherTry;
  }

  /** Somebody else needs the tables exclusively; a little later they may be free. */
  public static BackupFailure lockedOut(String detail, @Nullable Throwable cause) {
    return new BackupFailure(
        BackupFailureReason.TIMED_OUT,
        detail,
        "a migration or another session needs these tables exclusively; request the backup again when it is done",
        cause,
        true);
  }

  /** Whether it is done only the server knows, and it is away; a little later it may be back. */
  public static BackupFailure openEnd(String detail, @Nullable Throwable cause) {
    return new BackupFailure(
        BackupFailureReason.INTERRUPTED,
        detail,
        "check that the server runs and accepts connections from this host",
        cause,
        true);
  }

  /** What was begun cannot be taken back, and is gone on with once the store is back. */
  public static BackupFailure storeAway(BackupFailure unreachable) {
    return new BackupFailure(
        BackupFailureReason.INTERRUPTED,
        unreachable.detail(),
        unreachable.advice(),
        unreachable,
        true);
  }

  /**
   * Work that was begun again and again and never came to an end.
   *
   * @param advice what to do once the cause is found
   */
  public static BackupFailure interruptedTooOften(int times, String advice) {
    return new BackupFailure(
        BackupFailureReason.INTERRUPTED,
        "backup-service ended in the middle of it %d times".formatted(times),
        "see why backup-service ends (memory, disk), then " + advice);
  }

  /**
   * What nobody has thought of, as something that is told: else it would be tried again until it
   * looked like a service that dies.
   *
   * @param again what to do once the cause is gone
   */
  public static BackupFailure unexpected(RuntimeException e, String again) {
    if (e instanceof BackupFailure known) {
      return known;
    }
    boolean misconfigured =
        e instanceof IllegalStateException || e instanceof IllegalArgumentException;
    return misconfigured
        ? new BackupFailure(
            BackupFailureReason.DUMP_FAILED,
            "backup-service cannot do it: " + e.getMessage(),
            "correct the settings below fairlead.backup, then " + again,
            e)
        : new BackupFailure(
            BackupFailureReason.DUMP_FAILED,
            "backup-service broke off: " + e,
            "see what the log of backup-service says (on a local stack: fairlead logs backup), then %s; if it happens again, report it with that log"
                .formatted(again),
            e);
  }

  /** For others than us. */
  public BackupFailure redacted() {
    return new BackupFailure(
        reason, ToldText.of(detail()), ToldText.of(advice), getCause(), worthAnotherTry);
  }

  public BackupFailureReason reason() {
    return reason;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public String advice() {
    return advice;
  }

  public boolean worthAnotherTry() {
    return worthAnotherTry;
  }

  /** One sentence for people: what happened, then what to do. */
  public String sentence() {
    return "%s; %s".formatted(detail(), advice);
  }
}
