package dev.fairlead.backup.archive;

import java.io.IOException;

/** A stored copy is not what its manifest says. */
public final class CorruptCopy extends IOException {

  private static final long serialVersionUID = 1;

  public CorruptCopy(String defect) {
    super(defect);
  }
}
