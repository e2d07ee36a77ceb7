package dev.fairlead.edge.connection;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** What comes back on a connection, always told on its event loop. */
public interface Conversation {
  /** The final status and the headers; 1xx answers are not told. */
  default void answered(HttpResponse head) {}

  /**
   * A piece of the body, or of whatever travels after an upgrade.
   *
   * @param bytes valid during the call only
   */
  void received(ByteBuf bytes);

  /** Everything that has arrived so far was told; more may follow at any time. */
  default void caughtUp() {}

  /** The answer is complete. Nothing follows. */
  void ended();

  /** The connection broke before the answer was complete. Nothing follows. */
  void broke(Throwable reason);
}
