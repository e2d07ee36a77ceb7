/** What a caller is told when a request fails: RFC 9457 problem documents. */
@NullMarked
package dev.fairlead.service.problem;

import org.jspecify.annotations.NullMarked;
