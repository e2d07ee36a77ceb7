package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.decision.Decision;

/**
 * A decision of the index.
 *
 * @param blob git's name for the file it was last read from, tampered with or not
 * @param commit that made it what it is
 * @param text of the file when it was last what it is
 */
public record Known(Decision decision, String blob, String commit, String text) {}
