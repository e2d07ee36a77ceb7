/** Who calls, and what they may do. */
@NullMarked
package dev.fairlead.service.security;

import org.jspecify.annotations.NullMarked;
