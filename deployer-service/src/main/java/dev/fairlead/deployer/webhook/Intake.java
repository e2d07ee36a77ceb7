package dev.fairlead.deployer.webhook;

import dev.fairlead.service.problem.Refusal;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Function;

/**
 * Where bodies are read, of which only so many, and so many bytes, are kept at once: one who has
 * proved nothing yet must not fill the memory of the deployer. Small ones, which pushes usually
 * are, have room that large ones cannot take. Each instance of it counts for itself.
 */
final class Intake {

  /** GitHub sends at most 25 MB; no push that is meant for a deployment is a fifth of that. */
  static final int LARGEST = 5 << 20;

  /** A push of 20 commits, the most that GitHub tells of, is a tenth of that. */
  static final int SMALL = 256 << 10;

  private static final int CHUNK = 8 << 10;

  private final Room small;
  private final Room large;
  private final Duration patience;

  /**
   * @param patience until a body is there; the server may take longer to notice that nothing comes
   *     any more, but then its room is no longer its own
   */
  Intake(Room small, Room large, Duration patience) {
    this.small = small;
    this.large = large;
    this.patience = patience;
  }

  /** Before anything of it is read; the server hears it out, so that the answer arrives. */
  static void refuseLarge(HttpServletRequest http) {
    if (http.getContentLengthLong() > LARGEST) {
      throw Unread.tooLarge(LARGEST);
    }
  }

  /**
   * Reads the body for one who looks at its proof, and takes no room for it after that: whoever has
   * proved to know the secret is no stranger, and what it wants may take its time.
   *
   * @throws Unread when it is too large or too slow, or has no end
   * @throws Refusal when too many are read already
   */
  <T> T read(HttpServletRequest http, Function<byte[], T> proof) {
    try (Reading reading = new Reading(http)) {
      return proof.apply(reading.all(http.getInputStream()));
    } catch (IOException e) {
      throw e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException
          ? Unread.tooSlow()
          : Unread.brokenOff();
    }
  }

  private final class Reading implements AutoCloseable {

    private boolean isLarge;
    private Room.Body body;

    Reading(HttpServletRequest http) {
      long now = System.nanoTime();
      isLarge = http.getContentLengthLong() > SMALL;
      body =
          (isLarge ? large : small)
              .open(Origin.of(http.getRemoteAddr()), new Progress(patience, now), now);
    }

    byte[] all(ServletInputStream input) throws IOException {
      byte[] chunk = new byte[CHUNK];
      for (int read = input.read(chunk); read >= 0; read = input.read(chunk)) {
        long now = System.nanoTime();
        if (!body.hasRoomFor(read)) {
          outgrow(now);
        }
        body.add(chunk, read, now);
      }
      return body.finished();
    }

    /** A small one does when it did not announce its length. */
    private void outgrow(long now) {
      if (isLarge) {
        throw Unread.tooLarge(LARGEST);
      }
      body = body.movedTo(large, now);
      isLarge = true;
    }

    @Override
    public void close() {
      body.close();
    }
  }
}
