/**
 * HOW IT IS SAID: Slack, e-mail, PagerDuty and signed webhooks, each true to its vendor's limits.
 */
@NullMarked
package dev.fairlead.alert.channel;

import org.jspecify.annotations.NullMarked;
