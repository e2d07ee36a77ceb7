@NullMarked
package dev.fairlead.console.bus;

import org.jspecify.annotations.NullMarked;
