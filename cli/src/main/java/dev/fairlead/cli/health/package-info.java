/** What the probes found. */
@NullMarked
package dev.fairlead.cli.health;

import org.jspecify.annotations.NullMarked;
