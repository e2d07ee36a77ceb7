package dev.fairlead.adr.lint;

import org.jspecify.annotations.Nullable;

/** A rule that is broken, and where. */
public record Finding(Rule rule, @Nullable String file, String detail) {}
