package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines that nginx writes about requests: {@code addresses|statuses|seconds}, each a
 * list when a request was tried at several instances. What was counted stays counted when the file
 * is rotated.
 */
final class RequestLog {

  /** Older lines are not read when a deployer starts. */
  private static final long MOST_BYTES = 16L << 20;

  /** Read at a time; a line that is longer is none of nginx's. */
  private static final int CHUNK = 64 << 10;

  /** Between tries of one group of instances, and from one group to the next. */
  private static final Pattern NEXT_TRY = Pattern.compile(" *[,:] +");

  private final Path file;
  private final Map<String, Tally> byAddress = new HashMap<>();
  private @Nullable Object identity;
  private long offset;

  RequestLog(Path file) {
    this.file = file;
  }

  /** What was counted at an address so far. */
  synchronized Figures at(String address) {
    readNewLines();
    return byAddress.getOrDefault(address, new Tally()).figures();
  }

  private void readNewLines() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!Objects.equals(identity, attributes.fileKey()) || attributes.size() < offset) {
        identity = attributes.fileKey();
        offset = Math.max(0, attributes.size() - MOST_BYTES);
      }
      if (attributes.size() > offset) {
        readFrom(attributes.size());
      }
    } catch (NoSuchFileException noRequestYet) {
      return;
    } catch (IOException e) {
      throw new RouterFailure(
          "nginx's log %s cannot be read: %s; give the deployer the right to, or correct nginx.log"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private void readFrom(long size) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try (SeekableByteChannel log = Files.newByteChannel(file)) {
      while (offset < size) {
        log.position(offset);
        chunk.clear();
        int length = log.read(chunk);
        int counted = length <= 0 ? 0 : countLines(chunk.array(), length);
        if (counted == 0 && length < CHUNK) {
          return; // the last line may be half written
        }
        offset += counted == 0 ? length : counted;
      }
    }
  }

  /**
   * @return the bytes up to the end of the last whole line
   */
  private int countLines(byte[] bytes, int length) {
    int from = 0;
    for (int at = 0; at < length; at++) {
      if (bytes[at] == '\n') {
        count(new String(bytes, from, at - from, StandardCharsets.US_ASCII));
        from = at + 1;
      }
    }
    return from;
  }

  private void count(String line) {
    int statuses = line.indexOf('|') + 1;
    int seconds = line.indexOf('|', statuses) + 1;
    if (statuses == 0 || seconds == 0 || line.indexOf('|', seconds) >= 0) {
      return;
    }
    List<String> addresses = tries(line.substring(0, statuses - 1));
    List<String> answered = tries(line.substring(statuses, seconds - 1));
    List<String> took = tries(line.substring(seconds));
    int count = Math.min(addresses.size(), Math.min(answered.size(), took.size()));
    for (int i = 0; i < count; i++) {
      byAddress
          .computeIfAbsent(addresses.get(i), address -> new Tally())
          .add(answered.get(i), took.get(i));
    }
  }

  /** Nearly every request was tried once. */
  private static List<String> tries(String field) {
    return field.indexOf(' ') < 0 ? List.of(field) : List.of(NEXT_TRY.split(field));
  }
}
