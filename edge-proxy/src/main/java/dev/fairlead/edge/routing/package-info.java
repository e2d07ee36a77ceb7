@NullMarked
package dev.fairlead.edge.routing;

import org.jspecify.annotations.NullMarked;
