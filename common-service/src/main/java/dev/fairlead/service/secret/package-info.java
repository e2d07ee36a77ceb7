/** Secrets, found by reference, and kept out of everything that is written. */
@NullMarked
package dev.fairlead.service.secret;

import org.jspecify.annotations.NullMarked;
