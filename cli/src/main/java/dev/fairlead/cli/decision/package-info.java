/** Decision records. */
@NullMarked
package dev.fairlead.cli.decision;

import org.jspecify.annotations.NullMarked;
