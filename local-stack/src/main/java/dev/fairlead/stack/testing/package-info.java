/** What tests share: one broker and one database server a JVM, and which neighbours are there. */
@NullMarked
package dev.fairlead.stack.testing;

import org.jspecify.annotations.NullMarked;
