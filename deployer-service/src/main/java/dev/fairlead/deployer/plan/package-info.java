/** What a deployment is going to do, as data: made once, hashed, approved, and then executed. */
@NullMarked
package dev.fairlead.deployer.plan;

import org.jspecify.annotations.NullMarked;
