/**
 * The contract between Fairlead's services: what happened, to what, and because of what.
 *
 * <ul>
 *   <li>An event is a fact in the past tense, or a request another service may act on.
 *   <li>Each family is one sealed interface, one file and one topic.
 *   <li>Within {@code v1} the contract only grows: a field is added, never removed or re-read in
 *       another sense. Unknown types are skipped, unknown fields ignored.
 *   <li>The {@linkplain dev.fairlead.events.Envelope envelope} is CloudEvents 1.0; the {@linkplain
 *       dev.fairlead.events.Event#subject() subject} is the Kafka key, so that facts about one
 *       thing stay in order.
 * </ul>
 */
@NullMarked
package dev.fairlead.events;

import org.jspecify.annotations.NullMarked;
