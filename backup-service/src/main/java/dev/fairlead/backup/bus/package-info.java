/** Facts in. Kafka appears only here. */
@NullMarked
package dev.fairlead.backup.bus;

import org.jspecify.annotations.NullMarked;
