/** What was deployed, written down once and never changed: where every rollback goes to. */
@NullMarked
package dev.fairlead.deployer.release;

import org.jspecify.annotations.NullMarked;
