/** The stream of events. */
@NullMarked
package dev.fairlead.cli.events;

import org.jspecify.annotations.NullMarked;
