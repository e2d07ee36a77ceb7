/** The suite on this machine: start it, stop it, look at it. */
@NullMarked
package dev.fairlead.cli.stack;

import org.jspecify.annotations.NullMarked;
