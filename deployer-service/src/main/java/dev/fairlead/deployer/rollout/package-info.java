/** In which order the instances of a release take over from those of the one before. */
@NullMarked
package dev.fairlead.deployer.rollout;

import org.jspecify.annotations.NullMarked;
