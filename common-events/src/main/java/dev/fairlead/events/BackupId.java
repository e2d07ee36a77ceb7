package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One backup of one database, from request to its expiry. */
public record BackupId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static BackupId of(String text) {
    return new BackupId(Uuids.parse("backup id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static BackupId random() {
    return new BackupId(Uuids.timeOrdered());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
