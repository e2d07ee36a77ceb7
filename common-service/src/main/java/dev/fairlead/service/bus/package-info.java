/** Facts in: from Kafka through the inbox to the handlers of a service, or to a dead letter. */
@NullMarked
package dev.fairlead.service.bus;

import org.jspecify.annotations.NullMarked;
