package dev.fairlead.deployer.verification;

/**
 * One respect in which a release was measured.
 *
 * @param exceeded whether it was worse by more than is tolerated, luck or not
 * @param evidence the e-value that it is worse at all, see {@link Evidence}
 * @param complaint what to say of it if it was exceeded
 */
record Comparison(boolean exceeded, double evidence, String complaint) {

  boolean condemned() {
    return exceeded && Evidence.condemns(evidence);
  }

  boolean doubtful() {
    return exceeded && !Evidence.condemns(evidence);
  }
}
