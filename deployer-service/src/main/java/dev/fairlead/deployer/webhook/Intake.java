package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.webhook.Capacity.Amount;
import dev.fairlead.service.problem.Refusal;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
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

  private final Capacity capacity;
  private final Duration patience;

  /** A body that was read in vain: nobody can tell who has sent it. */
  static final class Unread extends Refusal {

    private static final long serialVersionUID = 1L;

    private Unread(HttpStatus status, String code, String detail, String advice) {
      super(status, code, detail, advice);
    }
  }

  /**
   * @param patience until a body is there; one read more may take as long as the server allows
   */
  Intake(Capacity capacity, Duration patience) {
    this.capacity = capacity;
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
   * @throws Unread when it is too large or too slow, or has no end
   * @throws Refusal when too many are read already
   */
  <T> T read(HttpServletRequest http, Function<byte[], T> user) {
    Body body = new Body(http.getRemoteAddr());
    try {
      return user.apply(body.from(http.getInputStream()));
    } catch (IOException e) {
      throw e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException
          ? tooSlow()
          : brokenOff();
    } finally {
      body.forget();
    }
  }

  private final class Body {

    private final String address;
    private byte[] bytes = new byte[0];
    private int length;

    Body(String address) {
      this.address = address;
      take(Amount.PLACE);
    }

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
      take(new Amount(0, size - bytes.length));
      bytes = Arrays.copyOf(bytes, size);
    }

    private void take(Amount more) {
      if (!capacity.take(address, more)) {
        throw busy();
      }
    }

    void forget() {
      capacity.giveBack(address, new Amount(1, bytes.length));
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

  private Unread tooSlow() {
    return new Unread(
        HttpStatus.REQUEST_TIMEOUT,
        "too-slow",
        "the message was not there within %d s".formatted(patience.toSeconds()),
        "send it again, without a pause in it");
  }

  /** Nobody hears it; and it is not a failure of ours, which the log would tell with its frames. */
  private static Unread brokenOff() {
    return new Unread(
        HttpStatus.BAD_REQUEST, "broken-off", "the message has no end", "send it again");
  }

  private static Unread tooLarge() {
    return new Unread(
        HttpStatus.CONTENT_TOO_LARGE,
        "too-large",
        "the message has more than %d bytes".formatted(LARGEST),
        "choose fewer events for the webhook");
  }
}
