package dev.fairlead.deployer.deployment;

import dev.fairlead.service.secret.Redaction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts of programs and neighbours as they may be kept, told on the bus and shown at a terminal.
 * Whatever a program writes may be in them.
 */
final class Wording {

  private static final String REPLACEMENT = "\uFFFD";

  /**
   * Control characters but the ends of lines and tabs, what turns the direction of writing, and
   * halves of characters: terminals obey the first two, and PostgreSQL takes neither U+0000 nor a
   * half.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[[\\p{Cc}&&[^\n\t]]\\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]");

  /** U+0000 as JSON writes it; behind an odd number of further backslashes it is text. */
  private static final Pattern WRITTEN_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private Wording() {}

  /** Without secrets, and without what a terminal or a database takes amiss. */
  static String clean(String text) {
    return UNPRINTABLE.matcher(Redaction.redact(text)).replaceAll(REPLACEMENT);
  }

  static boolean isPrintable(String text) {
    return !UNPRINTABLE.matcher(text).find();
  }

  /** What comes with a fact, over whatever path; the results of steps are clean. */
  static Fact clean(Fact fact) {
    return switch (fact) {
      case Fact.Approved(var hash, var by, var comment) ->
          new Fact.Approved(hash, by, cleanIfAny(comment));
      case Fact.Rejected(var by, String reason) -> new Fact.Rejected(by, clean(reason));
      case Fact.CancelRequested(var by, var reason) ->
          new Fact.CancelRequested(by, cleanIfAny(reason));
      case Fact.ContinueRequested(var by, var comment) ->
          new Fact.ContinueRequested(by, cleanIfAny(comment));
      case Fact.UndoRequested(var by, boolean restored, var reason) ->
          new Fact.UndoRequested(by, restored, cleanIfAny(reason));
      case Fact.BackupCompleted(var backup, String detail) ->
          new Fact.BackupCompleted(backup, clean(detail));
      case Fact.BackupDrilled(var backup, String detail) ->
          new Fact.BackupDrilled(backup, clean(detail));
      case Fact.BackupDrillFailed(var backup, String reason, String advice) ->
          new Fact.BackupDrillFailed(backup, clean(reason), clean(advice));
      case Fact.BackupFailed(var backup, String reason, String advice) ->
          new Fact.BackupFailed(backup, clean(reason), clean(advice));
      case Fact.RestoreCompleted(var restore, String detail) ->
          new Fact.RestoreCompleted(restore, clean(detail));
      case Fact.RestoreFailed(var restore, String reason, String advice) ->
          new Fact.RestoreFailed(restore, clean(reason), clean(advice));
      case Fact.HealthDegraded(String target, var since, String reason) ->
          new Fact.HealthDegraded(clean(target), since, clean(reason));
      case Fact.Regressed(String target, var deployment, var noticed, String reason) ->
          new Fact.Regressed(clean(target), deployment, noticed, clean(reason));
      case Fact.Planned _,
          Fact.PlanRefused _,
          Fact.TurnCame _,
          Fact.TurnIsFar _,
          Fact.StepEnded _,
          Fact.RestoreProgressed _,
          Fact.PlaceRemoved _,
          Fact.Superseded _,
          Fact.SomebodyWaits _,
          Fact.TimePassed _ ->
          fact;
    };
  }

  private static @Nullable String cleanIfAny(@Nullable String text) {
    return text == null ? null : clean(text);
  }

  /**
   * A JSON document that PostgreSQL takes: one that it refuses would be told again for ever.
   *
   * @param json as written by a JSON writer
   */
  static String storable(String json) {
    return WRITTEN_NUL.matcher(json).replaceAll("$1" + REPLACEMENT);
  }
}
