package dev.fairlead.deployer.loss;

import java.util.Locale;

/** When the writes of a database are counted, in the course of a deployment. */
public enum Moment {
  /** Before the backup is asked for: what is written from now on may not be in it. */
  BACKUP,
  /** Before the first migration: what the migrations themselves write is no loss. */
  MIGRATING,
  /** After the last one. */
  MIGRATED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
