/**
 * THAT IT ARRIVES: durable rows, claimed by one worker a channel, retried, combined, handed to a
 * fallback.
 */
@NullMarked
package dev.fairlead.alert.notification;

import org.jspecify.annotations.NullMarked;
