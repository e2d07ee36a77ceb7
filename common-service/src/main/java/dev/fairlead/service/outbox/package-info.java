/** Facts out: rows written with the state they tell of, relayed to Kafka in order. */
@NullMarked
package dev.fairlead.service.outbox;

import org.jspecify.annotations.NullMarked;
