@NullMarked
package dev.fairlead.console.stream;

import org.jspecify.annotations.NullMarked;
