@NullMarked
package dev.fairlead.console.journal;

import org.jspecify.annotations.NullMarked;
