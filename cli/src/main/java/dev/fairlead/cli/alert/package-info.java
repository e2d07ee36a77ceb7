/** Alerts and silences. */
@NullMarked
package dev.fairlead.cli.alert;

import org.jspecify.annotations.NullMarked;
