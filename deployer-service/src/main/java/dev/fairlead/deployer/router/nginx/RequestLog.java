package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines that nginx writes about requests: {@code addresses|statuses|seconds}, each a
 * list when a request was tried at several instances. What was counted stays counted when the file
 * is rotated.
 */
final class RequestLog {

  /** Older lines are not read when a deployer starts. */
  private static final long MOST_BYTES = 16L << 20;

  private static final int LEAST_FAILURE = 500;
  private static final double STEP = 1.25;

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
      readFrom(attributes.size());
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
    byte[] bytes = new byte[(int) Math.min(size - offset, MOST_BYTES)];
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      reader.seek(offset);
      reader.readFully(bytes);
    }
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int end = text.lastIndexOf('\n') + 1; // the last line may be half written
    text.substring(0, end).lines().forEach(this::count);
    offset += end;
  }

  private void count(String line) {
    String[] fields = line.split("\\|", -1);
    if (fields.length != 3) {
      return;
    }
    String[] addresses = fields[0].split("[,:] +");
    String[] statuses = fields[1].split("[,:] +");
    String[] seconds = fields[2].split("[,:] +");
    for (int i = 0; i < addresses.length && i < statuses.length && i < seconds.length; i++) {
      byAddress.computeIfAbsent(addresses[i], address -> new Tally()).add(statuses[i], seconds[i]);
    }
  }

  /** Counts of one address. */
  private static final class Tally {

    private long requests;
    private long errors;
    private final TreeMap<Double, Long> latencies = new TreeMap<>();

    void add(String status, String seconds) {
      requests++;
      if (!status.matches("\\d{3}") || Integer.parseInt(status) >= LEAST_FAILURE) {
        errors++;
      }
      if (seconds.matches("\\d+\\.\\d+")) {
        latencies.merge(bucket(1000 * Double.parseDouble(seconds)), 1L, Long::sum);
      }
    }

    /** Bounds 25 % apart, from 1 ms on. */
    private static double bucket(double millis) {
      return Math.pow(STEP, Math.ceil(Math.log(Math.max(1, millis)) / Math.log(STEP)));
    }

    Figures figures() {
      return new Figures(0, requests, errors, new Latencies(latencies));
    }
  }
}
