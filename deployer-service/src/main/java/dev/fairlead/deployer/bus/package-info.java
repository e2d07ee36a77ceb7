/**
 * Facts in: what the deployer learns from Kafka, and whom it believes.
 *
 * <ul>
 *   <li>{@code deploy-requested} is believed from every producer: who may write to the topic may
 *       ask for a deployment. Nobody knows who that was, so where a person has to agree, two
 *       persons have to: one of them did not ask. Who it says it is from is not allowed to approve
 *       it at all.
 *   <li>{@code deploy-approved} and {@code deploy-rejected} are facts that the deployer tells,
 *       never commands that it takes: on a topic anybody could claim to be anybody. Approvals come
 *       over HTTP, with a token.
 *   <li>Answers of the backup and health services are believed as they come.
 * </ul>
 */
@NullMarked
package dev.fairlead.deployer.bus;

import org.jspecify.annotations.NullMarked;
