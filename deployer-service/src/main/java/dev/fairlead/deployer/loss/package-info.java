/**
 * What a rollback that restores a database would set aside: how much was written since the backup,
 * and how long the restore takes.
 */
@NullMarked
package dev.fairlead.deployer.loss;

import org.jspecify.annotations.NullMarked;
