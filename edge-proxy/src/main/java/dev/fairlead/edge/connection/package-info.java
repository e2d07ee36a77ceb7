/**
 * Connections to instances: {@code Connections} lends one, a {@code Connection} carries one request
 * at a time, a {@code Conversation} is told what comes back.
 */
@NullMarked
package dev.fairlead.edge.connection;

import org.jspecify.annotations.NullMarked;
