package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.runtime.Address;
import java.util.Collection;

/** Runs HTTP checks against every instance of a release, at its own address. */
public final class HttpVerification {

  public Verdict verify(HttpCheck check, Collection<Address> instances)
      throws InterruptedException {
    throw new UnsupportedOperationException(check.name() + instances);
  }
}
