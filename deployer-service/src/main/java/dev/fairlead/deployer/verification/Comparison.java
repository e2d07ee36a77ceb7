package dev.fairlead.deployer.verification;

import java.util.function.DoubleSupplier;

/**
 * One respect in which a release was measured.
 *
 * @param exceeded whether it was worse by more than is tolerated, luck or not
 * @param evidence the e-value that it is worse at all, see {@link Evidence}
 * @param chance of so many bad answers if it is not, see {@link FinalCount}; to be asked once
 * @param complaint what to say of it if it was exceeded
 */
record Comparison(boolean exceeded, double evidence, DoubleSupplier chance, String complaint) {

  boolean condemned() {
    return exceeded && Evidence.condemns(evidence);
  }

  /** As {@link #condemned}, when the watch is over. */
  boolean condemnedInTheEnd() {
    return exceeded && FinalCount.condemns(chance.getAsDouble());
  }

  boolean doubtful() {
    return exceeded && !Evidence.condemns(evidence);
  }
}
