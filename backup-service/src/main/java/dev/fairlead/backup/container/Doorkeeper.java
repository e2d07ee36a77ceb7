package dev.fairlead.backup.container;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets everybody in until the entrance is closed. A process that has no file descriptor left for a
 * moment must not keep an entrance where everybody waits and nobody opens.
 */
record Doorkeeper(ServerSocketChannel entrance, Consumer<SocketChannel> guests) {

  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  void letIn() {
    while (entrance.isOpen()) {
      try {
        guests.accept(entrance.accept());
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        log.warn("entrance={} next=tried-again nobody gets in: {}", entrance, e.toString());
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // and the next to be let in closes the entrance
    }
  }
}
