@NullMarked
package dev.fairlead.console.overview;

import org.jspecify.annotations.NullMarked;
