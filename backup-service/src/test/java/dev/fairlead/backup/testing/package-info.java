/** What tests of several packages need. */
@NullMarked
package dev.fairlead.backup.testing;

import org.jspecify.annotations.NullMarked;
