/**
 * ON DISK: files that are whole or absent, also after a crash, and locks that die with their owner.
 */
@NullMarked
package dev.fairlead.deployer.disk;

import org.jspecify.annotations.NullMarked;
