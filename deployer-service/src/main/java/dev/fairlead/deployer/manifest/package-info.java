/** What an application's {@code fairlead.yaml} says, read as a whole or refused as a whole. */
@NullMarked
package dev.fairlead.deployer.manifest;

import org.jspecify.annotations.NullMarked;
