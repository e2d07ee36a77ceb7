/** Deployments that went on although a decision does not stand: each becomes a proposal. */
@NullMarked
package dev.fairlead.adr.waiver;

import org.jspecify.annotations.NullMarked;
