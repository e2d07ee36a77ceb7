/** The contract as Kafka records: CloudEvents written in binary mode and read in both modes. */
@NullMarked
package dev.fairlead.events.kafka;

import org.jspecify.annotations.NullMarked;
