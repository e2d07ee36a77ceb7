/** What is wrong with the catalogue, by rules with stable ids. Pure. */
@NullMarked
package dev.fairlead.adr.lint;

import org.jspecify.annotations.NullMarked;
