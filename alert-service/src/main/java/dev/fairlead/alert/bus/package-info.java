/** FACTS IN: what is read from the other services' topics. */
@NullMarked
package dev.fairlead.alert.bus;

import org.jspecify.annotations.NullMarked;
