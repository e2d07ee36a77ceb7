package dev.fairlead.deployer.webhook;

import dev.fairlead.service.problem.Refusal;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.springframework.http.HttpStatus;

/**
 * Where bodies are read, of which only so many, and so many bytes, are kept at once: one who has
 * proved nothing yet must not fill the memory of the deployer. Each instance of it counts for
 * itself.
 */
final class Intake {

  /** GitHub sends at most 25 MB; no push that is meant for a deployment is a fifth of that. */
  static final int LARGEST = 5 << 20;

  private static final int FIRST = 16 << 10;

  private final Semaphore places;
  private final Semaphore room;
  private final Duration patience;

  /**
   * @param atOnce bodies
   * @param room in bytes, shared with whom it is shared with
   * @param patience until a body is there; one read more may take as long as the server allows
   */
  Intake(int atOnce, Semaphore room, Duration patience) {
    this.places = new Semaphore(atOnce);
    this.room = room;
    this.patience = patience;
  }

  /** Before anything of it is read; the server hears it out, so that the answer arrives. */
  static void refuseLarge(HttpServletRequest http) {
    if (http.getContentLengthLong() > LARGEST) {
      throw tooLarge();
    }
  }

  /**
   * Reads the body for one who uses it, and forgets it after that.
   *
   * @throws Refusal when it is too large or too slow, or when too many are read already
   */
  <T> T read(HttpServletRequest http, Function<byte[], T> user) {
    if (!places.tryAcquire()) {
      throw busy();
    }
    Body body = new Body();
    try {
      return user.apply(body.from(http.getInputStream()));
    } catch (IOException e) {
      throw e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException
          ? tooSlow()
          : brokenOff();
    } finally {
      body.forget();
      places.release();
    }
  }

  private final class Body {

    private byte[] bytes = new byte[0];
    private int length;

    byte[] from(ServletInputStream input) throws IOException {
      long deadline = deadline();
      grow();
      for (int read = 0; read >= 0; length += Math.max(read, 0)) {
        if (length == bytes.length) {
          grow();
        }
        if (System.nanoTime() >= deadline) {
          throw tooSlow();
        }
        read = input.read(bytes, length, bytes.length - length);
      }
      return Arrays.copyOf(bytes, length);
    }

    /** By what is there already: to announce much costs nothing. */
    private void grow() {
      if (bytes.length > LARGEST) {
        throw tooLarge();
      }
      int size = Math.min(Math.max(FIRST, 2 * bytes.length), LARGEST + 1);
      if (!room.tryAcquire(size - bytes.length)) {
        throw busy();
      }
      bytes = Arrays.copyOf(bytes, size);
    }

    void forget() {
      room.release(bytes.length);
    }
  }

  private long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  private static Refusal busy() {
    return new Refusal(
        HttpStatus.SERVICE_UNAVAILABLE,
        "busy",
        "too many messages are being received",
        "send it again in a minute");
  }

  private Refusal tooSlow() {
    return new Refusal(
        HttpStatus.REQUEST_TIMEOUT,
        "too-slow",
        "the message was not there within %d s".formatted(patience.toSeconds()),
        "send it again, without a pause in it");
  }

  /** Nobody hears it; and it is not a failure of ours, which the log would tell with its frames. */
  private static Refusal brokenOff() {
    return new Refusal(
        HttpStatus.BAD_REQUEST, "broken-off", "the message has no end", "send it again");
  }

  private static Refusal tooLarge() {
    return new Refusal(
        HttpStatus.CONTENT_TOO_LARGE,
        "too-large",
        "the message has more than %d bytes".formatted(LARGEST),
        "choose fewer events for the webhook");
  }
}
