/**
 * The demo: a story told on real traffic, each sentence of which is a {@linkplain
 * dev.fairlead.cli.demo.Claim claim} that was either observed or not.
 */
@NullMarked
package dev.fairlead.cli.demo;

import org.jspecify.annotations.NullMarked;
