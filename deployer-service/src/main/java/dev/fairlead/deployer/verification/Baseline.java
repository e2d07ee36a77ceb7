package dev.fairlead.deployer.verification;

/**
 * What the previous release did before the new one got traffic, as far as the router counted.
 *
 * @param figures empty when nothing was counted
 */
public record Baseline(Sample figures) {

  public static final Baseline NONE = new Baseline(Sample.NONE);
}
