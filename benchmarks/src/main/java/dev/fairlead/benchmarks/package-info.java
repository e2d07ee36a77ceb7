/** What Fairlead measures of itself; how to run it is in {@code benchmarks/README.md}. */
@NullMarked
package dev.fairlead.benchmarks;

import org.jspecify.annotations.NullMarked;
