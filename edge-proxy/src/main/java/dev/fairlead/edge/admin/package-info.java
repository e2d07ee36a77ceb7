@NullMarked
package dev.fairlead.edge.admin;

import org.jspecify.annotations.NullMarked;
