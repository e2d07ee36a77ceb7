/** What is probed, and how often. */
@NullMarked
package dev.fairlead.health.target;

import org.jspecify.annotations.NullMarked;
