package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Files that wait beside their places until the database they belong to is there. */
public final class StagedFiles {

  public static final StagedFiles NONE =
      new StagedFiles(new Staging(new UUID(0, 0), Instant.EPOCH), InPlace.of(List.of()), List.of());

  private final Staging staging;
  private final InPlace places;
  private final Set<Path> archived;
  private final Map<Path, Path> ready = new LinkedHashMap<>();

  /**
   * @param archived where something may wait that an earlier attempt left
   */
  StagedFiles(Staging staging, InPlace places, Collection<Path> archived) {
    this.staging = staging;
    this.archived = Set.copyOf(archived);
    this.places = places;
  }

  Path placeFor(Path archived) {
    places.require(archived);
    Path place = staging.beside(archived);
    ready.put(archived, place);
    return place;
  }

  /**
   * Each in one step; what was there is kept under another name.
   *
   * @return what became of each, in words
   */
  public List<String> takeTheirPlaces() {
    List<String> outcome = new ArrayList<>();
    try {
      for (Map.Entry<Path, Path> each : ready.entrySet()) {
        outcome.add(staging.swap(each.getKey(), each.getValue()));
      }
      return outcome;
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "the files could not take their places: %s; done are: %s".formatted(e, outcome),
          "make these places writable for backup-service, then fairlead backup restore-files",
          e);
    }
  }

  /** The restore has ended, and no attempt comes after this one. */
  public void leave() {
    staging.forget(all());
  }

  /** Nothing is left of them that has not taken its place, whichever attempt fetched it. */
  public void discard() {
    staging.discard(all());
  }

  private Set<Path> all() {
    Set<Path> all = new HashSet<>(archived);
    all.addAll(ready.keySet());
    return all;
  }
}
