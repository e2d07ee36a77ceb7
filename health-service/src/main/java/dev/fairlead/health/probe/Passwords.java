package dev.fairlead.health.probe;

import dev.fairlead.events.SecretReference;

/** Where a probe gets the password that a reference stands for; asked anew for every probe. */
@FunctionalInterface
public interface Passwords {

  String of(SecretReference reference);
}
