/** Findings of a minute, summed up for dashboards. */
@NullMarked
package dev.fairlead.health.sample;

import org.jspecify.annotations.NullMarked;
