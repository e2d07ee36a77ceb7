/**
 * Facts in: what the deployer learns from Kafka, and whom it believes.
 *
 * <ul>
 *   <li>{@code deploy-requested} is believed from every producer: who may write to the topic may
 *       ask for a deployment. Who it says it is from is kept, and is then not allowed to approve
 *       it.
 *   <li>{@code deploy-approved} and {@code deploy-rejected} are believed from nobody but the
 *       sources in {@code fairlead.deployer.believed-approvers}, by default none: on a topic
 *       without access control anybody could claim to be anybody. Approvals come over HTTP, with a
 *       token.
 *   <li>Answers of the backup and health services are believed as they come.
 * </ul>
 */
@NullMarked
package dev.fairlead.deployer.bus;

import org.jspecify.annotations.NullMarked;
