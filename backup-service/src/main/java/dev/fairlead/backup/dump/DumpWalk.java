package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.BitSet;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Follows a dump in the custom format as it passes, to learn whether it has an end: the table of
 * contents says which entries have data, and the data of each ends with a chunk of length zero. The
 * exit code of {@code pg_dump} can get lost in a script around it; this cannot.
 *
 * <p>The layout is that of {@code pg_backup_archiver.c} and {@code pg_backup_custom.c}, versions
 * 1.12 to 1.16: PostgreSQL 10 to 18. Memory is one bit for each entry; of data only the lengths are
 * looked at.
 */
final class DumpWalk {

  private static final byte[] MAGIC = {'P', 'G', 'D', 'M', 'P'};

  /** Magic, three numbers of the version, sizes of integers and offsets, kind of archive. */
  private static final int START_BYTES = 11;

  private static final int CUSTOM = 1;
  private static final int FIRST_MINOR = 12;
  private static final int LAST_MINOR = 16;
  private static final int WITH_ACCESS_METHODS = 14;
  private static final int WITH_ALGORITHM = 15;
  private static final int WITH_KINDS = 16;
  private static final int DATA = 1;
  private static final int LARGE_OBJECTS = 3;
  private static final int LARGEST_SIZE = 8;

  /** They are numbered through: more there cannot be. */
  private static final int LARGEST_ID = 100_000_000;

  private static final String HEADER = "the header";
  private static final String CONTENTS = "the table of contents";

  /** The one place where a dump may end. */
  private final Expected block = new Expected("the next entry", 1, false, this::block);

  private final BitSet unfinished = new BitSet();
  private final byte[] token = new byte[START_BYTES];
  private Expected expected = new Expected(HEADER, START_BYTES, false, _ -> start());
  private int filled;
  private long passing;
  private long bytes;
  private int minor;
  private int integerBytes;
  private int offsetBytes;
  private boolean foreign;
  private boolean lost;

  /**
   * What comes next.
   *
   * @param where in words
   * @param number whether it is an integer, which begins with its sign; else one byte counts
   * @param then what follows, by its value
   */
  private record Expected(String where, int bytes, boolean number, LongFunction<Expected> then) {}

  void accept(byte[] source, int offset, int length) {
    bytes += length;
    int end = offset + length;
    for (int at = offset; at < end && !lost; ) {
      if (passing > 0) {
        int step = (int) Math.min(passing, end - at);
        passing -= step;
        at += step;
      } else {
        token[filled++] = source[at++];
        if (filled == expected.bytes()) {
          filled = 0;
          expected = expected.then().apply(expected.number() ? integer() : token[0]);
        }
      }
    }
  }

  private long integer() {
    long value = 0;
    for (int i = integerBytes; i > 0; i--) {
      value = value << 8 | token[i] & 0xFF;
    }
    return token[0] == 0 ? value : -value;
  }

  private Expected start() {
    for (int i = 0; i < MAGIC.length; i++) {
      foreign |= token[i] != MAGIC[i];
    }
    minor = token[6];
    integerBytes = token[8];
    offsetBytes = token[9];
    boolean known = token[5] == 1 && minor >= FIRST_MINOR && minor <= LAST_MINOR;
    if (foreign || !known || !isSize(token[8]) || !isSize(token[9]) || token[10] != CUSTOM) {
      return astray();
    }
    Supplier<Expected> dateAndNames = () -> fields(HEADER, "nnnnnnnttt", 0, this::contents);
    return minor >= WITH_ALGORITHM
        ? new Expected(HEADER, 1, false, _ -> dateAndNames.get())
        : number(HEADER, _ -> dateAndNames.get());
  }

  private static boolean isSize(byte size) {
    return size > 0 && size <= LARGEST_SIZE;
  }

  /**
   * @param kinds of the fields: n for a number, t for a text
   */
  private Expected fields(String where, String kinds, int at, Supplier<Expected> then) {
    if (at == kinds.length()) {
      return then.get();
    }
    return number(
        where,
        value -> {
          passing = kinds.charAt(at) == 't' ? Math.max(0, value) : 0;
          return fields(where, kinds, at + 1, then);
        });
  }

  private Expected contents() {
    return number(CONTENTS, this::entries);
  }

  private Expected entries(long left) {
    return left == 0 ? block : number(CONTENTS, id -> entry(id, left - 1));
  }

  private Expected entry(long id, long left) {
    if (!isId(id)) {
      return astray();
    }
    String definitions = minor >= WITH_ACCESS_METHODS ? "tttttt" : "ttttt";
    String kind = minor >= WITH_KINDS ? "n" : "";
    return number(
        CONTENTS,
        hasData -> {
          unfinished.set((int) id, hasData != 0);
          return fields(CONTENTS, "ttttn" + definitions + kind + "tt", 0, () -> dependencies(left));
        });
  }

  private static boolean isId(long id) {
    return id > 0 && id < LARGEST_ID;
  }

  private Expected dependencies(long left) {
    return number(
        CONTENTS,
        length -> {
          passing = Math.max(0, length);
          return length < 0
              ? new Expected(CONTENTS, 1 + offsetBytes, false, _ -> entries(left))
              : dependencies(left);
        });
  }

  private Expected block(long kind) {
    return switch ((int) kind) {
      case DATA -> number("an entry", id -> chunks("the data of entry " + id, () -> finished(id)));
      case LARGE_OBJECTS -> number("an entry", this::largeObjects);
      default -> astray();
    };
  }

  private Expected largeObjects(long id) {
    String where = "the large objects of entry " + id;
    return number(where, oid -> oid == 0 ? finished(id) : chunks(where, () -> largeObjects(id)));
  }

  /** Every row is a chunk: one expectation serves them all. */
  private Expected chunks(String where, Supplier<Expected> then) {
    Expected[] next = new Expected[1];
    next[0] =
        number(
            where,
            length -> {
              passing = length;
              return length < 0 ? astray() : length == 0 ? then.get() : next[0];
            });
    return next[0];
  }

  private Expected finished(long id) {
    if (!isId(id) || !unfinished.get((int) id)) {
      return astray();
    }
    unfinished.clear((int) id);
    return block;
  }

  private Expected number(String where, LongFunction<Expected> then) {
    return new Expected(where, 1 + integerBytes, true, then);
  }

  private Expected astray() {
    lost = true;
    return expected;
  }

  /**
   * @throws BackupFailure when what passed is no dump, or not a whole one
   */
  void requireWhole() {
    if (foreign || bytes < START_BYTES) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "pg_dump ended with exit code 0, but its %d bytes are no dump".formatted(bytes),
          "check what fairlead.backup.postgres-programs points to");
    }
    if (minor < FIRST_MINOR || minor > LAST_MINOR) {
      throw new BackupFailure(
          BackupFailureReason.TOOL_MISMATCH,
          "pg_dump writes archives of version 1.%d, and the end of those cannot be told here; expected 1.%d to 1.%d"
              .formatted(minor, FIRST_MINOR, LAST_MINOR),
          "upgrade Fairlead, or set fairlead.backup.postgres-programs to the folder of an earlier pg_dump");
    }
    if (lost) {
      throw cut("its %d bytes do not fit together in %s".formatted(bytes, expected.where()));
    }
    if (!expected.equals(block) || passing > 0) {
      throw cut("its %d bytes end in %s".formatted(bytes, expected.where()));
    }
    if (!unfinished.isEmpty()) {
      throw cut(
          "its %d bytes lack the data of %d entries".formatted(bytes, unfinished.cardinality()));
    }
  }

  private static BackupFailure cut(String what) {
    return new BackupFailure(
        BackupFailureReason.DUMP_FAILED,
        "pg_dump ended with exit code 0, but " + what,
        "see whether fairlead.backup.postgres-programs has a script that loses the exit code of pg_dump");
  }
}
