/**
 * THE APPLICATION'S DATABASE: lists and runs the migrations a release brings, once, under a lock
 * timeout. Whether each is compatible with the previous release decides what a rollback means.
 */
@NullMarked
package dev.fairlead.deployer.migration;

import org.jspecify.annotations.NullMarked;
