/**
 * The neighbours that Fairlead needs, real ones, on the machine at hand: for the tests of every
 * service and for {@code fairlead up}.
 *
 * <ul>
 *   <li>{@linkplain dev.fairlead.stack.KafkaBroker broker} and {@linkplain
 *       dev.fairlead.stack.PostgresServer database server} are processes of their own, so that they
 *       can be killed and come back on the same data.
 *   <li>{@linkplain dev.fairlead.stack.S3Server S3} and {@linkplain dev.fairlead.stack.MailCatcher
 *       mail} run in the process that starts them.
 *   <li>The vendors {@linkplain dev.fairlead.stack.FakeSlack Slack} and {@linkplain
 *       dev.fairlead.stack.FakePagerDuty PagerDuty} cannot run here: the fakes enforce the vendors'
 *       documented limits and list what they received.
 * </ul>
 */
@NullMarked
package dev.fairlead.stack;

import org.jspecify.annotations.NullMarked;
