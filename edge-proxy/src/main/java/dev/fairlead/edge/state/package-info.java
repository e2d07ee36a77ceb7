@NullMarked
package dev.fairlead.edge.state;

import org.jspecify.annotations.NullMarked;
