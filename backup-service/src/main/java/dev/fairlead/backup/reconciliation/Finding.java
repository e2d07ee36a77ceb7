package dev.fairlead.backup.reconciliation;

/**
 * A discrepancy in words.
 *
 * @param found what is the case
 * @param remedy what is done about it
 * @param outcome done, or why not; to-do in a dry run
 */
public record Finding(String store, String key, String found, String remedy, String outcome) {

  static Finding of(Discrepancy discrepancy, String outcome) {
    String store = discrepancy.store().name();
    String key = discrepancy.key();
    return switch (discrepancy) {
      case Discrepancy.Unknown _ ->
          new Finding(store, key, "in the store, not in the catalogue", "taken in", outcome);
      case Discrepancy.Leftover leftover ->
          new Finding(store, key, "left over in the store: " + leftover.why(), "removed", outcome);
      case Discrepancy.Unpublished _ ->
          new Finding(
              store, key, "the archive is there, its manifest is not", "written again", outcome);
      case Discrepancy.Excess _ ->
          new Finding(
              store, key, "left over in the store: its manifest names another", "removed", outcome);
      case Discrepancy.UnknownPacks unknown ->
          new Finding(
              store,
              key,
              "%d packs of files that no backup names".formatted(unknown.packs().size()),
              "removed",
              outcome);
      case Discrepancy.Abandoned abandoned ->
          new Finding(
              store,
              key,
              "an upload untouched since " + abandoned.upload().touchedAt(),
              "ended",
              outcome);
      case Discrepancy.Missing _ ->
          new Finding(store, key, "in the catalogue, not in the store", "told", outcome);
      case Discrepancy.Back _ ->
          new Finding(store, key, "was missing, and is in the store again", "read soon", outcome);
      case Discrepancy.Unstated _ ->
          new Finding(store, key, "the drill's statement is not beside it", "written", outcome);
      case Discrepancy.Stray _ ->
          new Finding(store, key, "part of no backup", "left alone", "done");
    };
  }
}
