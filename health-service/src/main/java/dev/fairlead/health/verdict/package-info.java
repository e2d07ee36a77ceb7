/** What many findings add up to. Pure, but for its own table. */
@NullMarked
package dev.fairlead.health.verdict;

import org.jspecify.annotations.NullMarked;
