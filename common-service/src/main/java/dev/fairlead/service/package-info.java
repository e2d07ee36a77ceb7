/**
 * The chassis every service of the suite stands on.
 *
 * <ul>
 *   <li><b>fact</b>: an event that was read from Kafka; {@link
 *       dev.fairlead.service.bus.FactHandler} receives it, once in effect.
 *   <li><b>outbox</b>: events written in the transaction that changed the state, and relayed to
 *       Kafka afterwards, in order.
 *   <li><b>inbox</b>: which facts were handled, so that a repetition has no effect.
 *   <li><b>dead letter</b>: a record that could not be read or handled, kept with the reason.
 *   <li><b>outage</b>: Kafka or PostgreSQL cannot be reached; nobody's fault, so it is waited for.
 *   <li><b>caller</b>: who sent a request, known by an API token, with roles.
 *   <li><b>refusal</b>: a request that is answered with a problem document and advice.
 * </ul>
 */
@NullMarked
package dev.fairlead.service;

import org.jspecify.annotations.NullMarked;
