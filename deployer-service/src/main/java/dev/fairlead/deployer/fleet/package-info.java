/** What runs and serves: the instances of releases, wherever they run, and the traffic they get. */
@NullMarked
package dev.fairlead.deployer.fleet;

import org.jspecify.annotations.NullMarked;
