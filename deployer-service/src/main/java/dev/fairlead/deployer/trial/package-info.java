/** The test phase: a command of the application's own, run before anything is built or moved. */
@NullMarked
package dev.fairlead.deployer.trial;

import org.jspecify.annotations.NullMarked;
