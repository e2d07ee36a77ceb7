/**
 * DID IT: checks a release after it got traffic. A check is data; running it yields a verdict with
 * its evidence. No data and a broken measurement are inconclusive: neither success nor failure.
 */
@NullMarked
package dev.fairlead.deployer.verification;

import org.jspecify.annotations.NullMarked;
