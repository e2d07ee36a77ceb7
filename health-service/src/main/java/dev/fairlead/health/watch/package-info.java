/** The doer: probes on time, judges, tells, and shows what it knows. */
@NullMarked
package dev.fairlead.health.watch;

import org.jspecify.annotations.NullMarked;
