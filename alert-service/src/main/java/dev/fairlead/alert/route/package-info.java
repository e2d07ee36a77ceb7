/**
 * WHO IS TOLD: labels, matchers, routes, inhibitions and silences. Pure but for the silences'
 * table.
 */
@NullMarked
package dev.fairlead.alert.route;

import org.jspecify.annotations.NullMarked;
