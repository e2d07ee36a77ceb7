package dev.fairlead.deployer.webhook;

import dev.fairlead.service.problem.Refusal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;

/**
 * Places and memory for bodies that are read at once: of all senders, and of one, so that one takes
 * only its part of them. A body that is late loses both to whoever needs them, although its sender
 * may keep the connection a little longer. Times are those of {@link System#nanoTime}.
 */
final class Room {

  private static final int FIRST = 16 << 10;
  private static final byte[] NOTHING = new byte[0];

  private final int largest;
  private final Amount all;
  private final Amount ofOne;
  private final Map<Origin, Amount> byOrigin = new HashMap<>();
  private final Set<Body> unfinished = new HashSet<>();
  private Amount used = Amount.NOTHING;

  /**
   * @param places bodies
   * @param bytes that are kept of them
   */
  record Amount(int places, int bytes) {

    static final Amount NOTHING = new Amount(0, 0);

    private Amount plus(Amount more) {
      return new Amount(places + more.places, bytes + more.bytes);
    }

    private Amount minus(Amount less) {
      return new Amount(places - less.places, bytes - less.bytes);
    }

    private boolean fits(Amount most) {
      return places <= most.places && bytes <= most.bytes;
    }
  }

  /**
   * @param largest body, in bytes
   * @param ofOne sender; the same as {@code all} where addresses tell nothing
   */
  Room(int largest, Amount all, Amount ofOne) {
    this.largest = largest;
    this.all = all;
    this.ofOne = ofOne;
  }

  /**
   * @throws Refusal when there is no place
   */
  synchronized Body open(Origin origin, Progress progress, long now) {
    Body body = new Body(origin, progress);
    body.take(new Amount(1, 0), now);
    unfinished.add(body);
    return body;
  }

  /** One that is being read, as far as it has come. */
  final class Body implements AutoCloseable {

    private final Origin origin;
    private final Progress progress;
    private Amount held = Amount.NOTHING;
    private byte[] bytes = NOTHING;
    private int length;
    private boolean lost;

    private Body(Origin origin, Progress progress) {
      this.origin = origin;
      this.progress = progress;
    }

    boolean hasRoomFor(int more) {
      synchronized (Room.this) {
        return length + more <= largest;
      }
    }

    /**
     * @throws Unread when it is late
     * @throws Refusal when there is no room
     */
    void add(byte[] chunk, int count, long now) {
      synchronized (Room.this) {
        if (lost || progress.isLate(now)) {
          throw Unread.tooSlow();
        }
        progress.came(count, now);
        append(chunk, count, now);
      }
    }

    /**
     * Goes on in a room for larger ones, and leaves this one.
     *
     * @throws Unread when it is late
     * @throws Refusal when there is no room
     */
    Body movedTo(Room other, long now) {
      byte[] soFar = content();
      close();
      synchronized (other) {
        Body moved = other.open(origin, progress, now);
        try {
          moved.append(soFar, soFar.length, now);
          return moved;
        } catch (Refusal e) {
          moved.close();
          throw e;
        }
      }
    }

    /**
     * All of it; from now on it is not late.
     *
     * @throws Unread when it was, and somebody else needed its room
     */
    byte[] finished() {
      synchronized (Room.this) {
        byte[] content = content();
        unfinished.remove(this);
        return content;
      }
    }

    @Override
    public void close() {
      synchronized (Room.this) {
        unfinished.remove(this);
        bytes = NOTHING;
        giveBack();
      }
    }

    private byte[] content() {
      synchronized (Room.this) {
        if (lost) {
          throw Unread.tooSlow();
        }
        return Arrays.copyOf(bytes, length);
      }
    }

    /** Room is taken by what is there already: to announce much costs nothing. */
    private void append(byte[] chunk, int count, long now) {
      if (length + count > bytes.length) {
        int size = Math.max(Math.max(FIRST, 2 * bytes.length), length + count);
        size = Math.min(size, largest);
        take(new Amount(0, size - bytes.length), now);
        bytes = Arrays.copyOf(bytes, size);
      }
      System.arraycopy(chunk, 0, bytes, length, count);
      length += count;
    }

    private void take(Amount more, long now) {
      if (!hasRoom(more)) {
        dropLate(now);
      }
      if (!hasRoom(more)) {
        throw busy();
      }
      held = held.plus(more);
      used = used.plus(more);
      byOrigin.merge(origin, more, Amount::plus);
    }

    private boolean hasRoom(Amount more) {
      Amount own = byOrigin.getOrDefault(origin, Amount.NOTHING);
      return own.plus(more).fits(ofOne) && used.plus(more).fits(all);
    }

    private void giveBack() {
      used = used.minus(held);
      Amount left = byOrigin.getOrDefault(origin, Amount.NOTHING).minus(held);
      if (left.equals(Amount.NOTHING)) {
        byOrigin.remove(origin);
      } else {
        byOrigin.put(origin, left);
      }
      held = Amount.NOTHING;
    }
  }

  private void dropLate(long now) {
    for (Body body : List.copyOf(unfinished)) {
      if (body.progress.isLate(now)) {
        body.lost = true;
        body.close();
      }
    }
  }

  private static Refusal busy() {
    return new Refusal(
        HttpStatus.SERVICE_UNAVAILABLE,
        "busy",
        "too many messages are being received",
        "send it again in a minute");
  }
}
