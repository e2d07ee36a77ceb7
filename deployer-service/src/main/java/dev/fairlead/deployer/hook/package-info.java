/** Commands of an application's own, run before and after the phases of its deployments. */
@NullMarked
package dev.fairlead.deployer.hook;

import org.jspecify.annotations.NullMarked;
