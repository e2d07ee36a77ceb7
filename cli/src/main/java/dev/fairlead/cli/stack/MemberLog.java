package dev.fairlead.cli.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process of the stack writes: a file it appends to, and beside it what was cut off.
 *
 * <p>The process holds its file open, so it cannot be replaced by another. But what is opened to
 * append is written at the end, wherever that is by then (open(2), {@code O_APPEND}): the file can
 * be emptied under it.
 */
record MemberLog(Path file) {

  /** Bytes; twelve logs with what was cut off them stay below a quarter of a gigabyte. */
  static final long LIMIT = 8 << 20;

  /** Of one that is longer than this many limits only the end is kept. */
  private static final int MOST_LIMITS_KEPT = 2;

  /** A process that writes faster than its lines are copied is not run after for ever. */
  private static final int PASSES = 10;

  private static final int LONGEST_TAIL_BYTES = 1 << 20;

  /** The first line of what was kept when its begin was not. */
  private static final String NOTE = "(%d bytes before this were not kept)\n";

  private static final Pattern DROPPED =
      Pattern.compile("\\((\\d{1,18}) bytes before this were not kept\\)\n");

  private static final int LONGEST_NOTE_BYTES = 64;

  static MemberLog of(Member member, StackHome home) {
    return new MemberLog(
        switch (member) {
          case KAFKA -> home.data().resolve("kafka").resolve("broker.out");
          case POSTGRES -> home.data().resolve("postgres").resolve("server.log");
          default -> home.logs().resolve(member.text() + ".log");
        });
  }

  /** Of every process, by its name, the keeper's last. */
  static Map<String, MemberLog> all(StackHome home) {
    Map<String, MemberLog> logs = new LinkedHashMap<>();
    for (Member member : Member.values()) {
      logs.put(member.text(), of(member, home));
    }
    logs.put("keeper", new MemberLog(KeeperProcess.log(home)));
    return logs;
  }

  /** What was cut off; not there before that. */
  Path earlier() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /** Zero while it is not there. */
  long size() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException nothingWritten) {
      return 0;
    }
  }

  /** The last lines, oldest first, whether they were cut off meanwhile or not. */
  List<String> tail(int lines) throws IOException {
    byte[] end = end(file, LONGEST_TAIL_BYTES);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(end(earlier(), LONGEST_TAIL_BYTES - end.length));
    both.writeBytes(end);
    List<String> all = both.toString(StandardCharsets.UTF_8).lines().toList();
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  private static byte[] end(Path file, int most) throws IOException {
    long size = new MemberLog(file).size();
    return bytes(file, Math.max(0, size - most), most);
  }

  /** What a file has from there on; nothing where there is no such file, or it is shorter. */
  static byte[] bytes(Path file, long from, int most) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long there = Math.max(0, Math.min(most, channel.size() - from));
      ByteBuffer found = ByteBuffer.allocate((int) there);
      channel.position(from);
      while (found.hasRemaining() && channel.read(found) >= 0) {}
      byte[] bytes = new byte[found.flip().remaining()];
      found.get(bytes);
      return bytes;
    } catch (NoSuchFileException nothingWritten) {
      return new byte[0];
    }
  }

  /**
   * What was cut off from a position of the file on. Where that was dropped: all that was kept,
   * with the line that says how much was not.
   */
  byte[] earlierFrom(long position) throws IOException {
    String begin = new String(bytes(earlier(), 0, LONGEST_NOTE_BYTES), StandardCharsets.US_ASCII);
    Matcher note = DROPPED.matcher(begin);
    if (!note.lookingAt()) {
      return bytes(earlier(), position, Integer.MAX_VALUE);
    }
    long behindDropped = position - Long.parseLong(note.group(1));
    long from = behindDropped < 0 ? 0 : note.end() + behindDropped;
    return bytes(earlier(), from, Integer.MAX_VALUE);
  }

  /**
   * Empties a file that has grown longer than this, and keeps what it held instead of what was kept
   * before; nothing where the disk has no room for it. A line that is written in the very moment
   * between the last look and the cut can be lost.
   *
   * @param limit bytes
   * @return false when it was left alone
   */
  boolean cut(long limit) throws IOException {
    if (size() <= limit) {
      return false;
    }
    try (FileChannel log =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // Before the copy, for which it may make the room; and if that fails, it is not what came
      // before the lines that follow.
      Files.deleteIfExists(earlier());
      keep(log, limit);
      log.truncate(0);
    }
    return true;
  }

  private void keep(FileChannel log, long limit) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (FileChannel copy =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      long size = log.size();
      long dropped = size > MOST_LIMITS_KEPT * limit ? size - limit : 0;
      if (dropped > 0) {
        copy.write(StandardCharsets.US_ASCII.encode(NOTE.formatted(dropped)));
      }
      long copied = copy(log, dropped, copy);
      Files.move(next, earlier(), StandardCopyOption.ATOMIC_MOVE);
      for (int pass = 1; pass < PASSES && copied < log.size(); pass++) {
        copied = copy(log, copied, copy);
      }
    } catch (IOException _) {
      // A log that is not cut would take what others need of a full disk, and lose its lines
      // anyway.
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /**
   * @return up to where it was copied; short of the end when the log was cut meanwhile
   */
  static long copy(FileChannel log, long from, FileChannel copy) throws IOException {
    long end = log.size();
    long at = from;
    long moved = 1;
    while (at < end && moved > 0) {
      moved = log.transferTo(at, end - at, copy);
      at += moved;
    }
    return at;
  }
}
