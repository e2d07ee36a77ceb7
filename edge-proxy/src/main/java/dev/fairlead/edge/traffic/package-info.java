@NullMarked
package dev.fairlead.edge.traffic;

import org.jspecify.annotations.NullMarked;
