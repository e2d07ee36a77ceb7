package dev.fairlead.deployer.verification;

import java.util.function.DoubleSupplier;

/**
 * One respect in which a release was measured.
 *
 * @param exceeded whether it was worse by more than is tolerated, luck or not
 * @param evidence the e-value that it is worse at all, see {@link Evidence}
 * @param chance of so many bad answers if it is not, see {@link FinalCount}
 * @param complaint what to say of it if it was exceeded
 */
record Comparison(
    boolean exceeded, DoubleSupplier evidence, DoubleSupplier chance, String complaint) {

  boolean condemned() {
    return exceeded && Evidence.condemns(evidence.getAsDouble());
  }

  /** As {@link #condemned}, at a look at which what came close is counted out. */
  boolean condemnedByCount() {
    return exceeded && FinalCount.condemns(chance.getAsDouble());
  }

  boolean doubtful() {
    return exceeded && !Evidence.condemns(evidence.getAsDouble());
  }
}
