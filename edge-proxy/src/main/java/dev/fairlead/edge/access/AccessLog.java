package dev.fairlead.edge.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes entries from the event loops without ever making them wait, and writes them from a thread
 * of its own. When the disk is slower than the requests, entries are dropped and counted.
 */
public final class AccessLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
  private static final int MOST_WAITING = 16_384;
  private static final int MOST_AT_ONCE = 1_024;
  private static final long CLOSE_MILLIS = 2_000;

  private final AccessLogSettings settings;
  private final LogFile file;
  private final BlockingQueue<AccessEntry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final LongAdder dropped = new LongAdder();
  private final JsonMapper json = JsonMapper.builder().build();
  private final Thread writer;
  private volatile boolean closed;

  public AccessLog(AccessLogSettings settings) throws IOException {
    this.settings = settings;
    this.file = LogFile.open(settings);
    this.writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
  }

  public AccessLogSettings settings() {
    return settings;
  }

  public void add(AccessEntry entry) {
    if (!waiting.offer(entry)) {
      dropped.increment();
    }
  }

  /** Entries that were never written. */
  public long dropped() {
    return dropped.sum();
  }

  private void write() {
    List<AccessEntry> batch = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        batch.add(waiting.take());
      } catch (InterruptedException e) {
        continue; // closed: what waits is still written
      }
      waiting.drainTo(batch, MOST_AT_ONCE);
      append(batch);
      batch.clear();
    }
  }

  private void append(List<AccessEntry> batch) {
    StringBuilder lines = new StringBuilder();
    for (AccessEntry entry : batch) {
      lines.append(json.writeValueAsString(entry)).append('\n');
    }
    try {
      file.append(lines.toString());
    } catch (IOException e) {
      dropped.add(batch.size());
      LOG.log(
          System.Logger.Level.ERROR,
          "access-log={0} dropped={1} reason=\"{2}\" next=try the next entries",
          settings.file().map(Object::toString).orElse("stdout"),
          batch.size(),
          e);
    }
  }

  /** Writes what waits, then closes the file. */
  @Override
  public void close() throws IOException {
    closed = true;
    writer.interrupt();
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
