/** May it: what has to be true before a deployment changes anything, asked all at once. */
@NullMarked
package dev.fairlead.deployer.gate;

import org.jspecify.annotations.NullMarked;
