/**
 * WHAT RUNS: from a name in the manifest (an archive's path, an image reference) to content that is
 * named by its digest and can be started again years later.
 */
@NullMarked
package dev.fairlead.deployer.artifact;

import org.jspecify.annotations.NullMarked;
