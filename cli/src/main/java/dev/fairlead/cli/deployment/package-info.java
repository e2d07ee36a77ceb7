/** Applications, plans, deployments, approvals. */
@NullMarked
package dev.fairlead.cli.deployment;

import org.jspecify.annotations.NullMarked;
