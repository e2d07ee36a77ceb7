package dev.fairlead.edge.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Of all proxies with one state file one is in charge of it, and one more may be about to be. Each
 * of the two has a lock of the operating system on a byte of a file beside, which ends with its
 * process, however that ends. One that takes over keeps the second lock until it has the first, so
 * that nobody comes in between.
 *
 * <p>Where no lock can be had, such as on a disk without room for the file, the proxy runs without:
 * serving matters more.
 */
public final class StateLock implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StateLock.class.getName());
  private static final long IN_CHARGE = 0;
  private static final long NEXT = 1;
  private static final long LOOK_MILLIS = 20;

  /** So long that none of an earlier, longer number is left behind it. */
  private static final String PROCESS = "%-20d%n";

  private final Path stateFile;
  private final Path file;
  private final @Nullable FileChannel channel;
  private final boolean shared;
  private @Nullable FileLock next;

  /** Makes the file, and locks nothing yet. */
  public StateLock(Path stateFile) {
    this.stateFile = stateFile.toAbsolutePath();
    this.file = this.stateFile.resolveSibling(this.stateFile.getFileName() + ".lock");
    FileChannel writable = opened();
    this.shared = writable == null;
    this.channel = shared ? openedToRead() : writable;
  }

  private @Nullable FileChannel opened() {
    try {
      Files.createDirectories(file.getParent());
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException readOnlyOrFull) {
      return null;
    }
  }

  /** One that can write nothing there can still see that another does. */
  private @Nullable FileChannel openedToRead() {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      unlocked(e);
      return null;
    }
  }

  private void unlocked(IOException reason) {
    LOG.log(
        System.Logger.Level.WARNING,
        "state=unlocked file={0} reason=\"{1}\" next=serve; see that no other proxy has this state",
        file,
        reason);
  }

  /**
   * From now on no other proxy can begin with this state.
   *
   * @param patience with another one that has begun, and is not in charge yet
   * @throws StateTaken when that still is not in charge then
   */
  public void begin(Duration patience) throws StateTaken {
    long end = System.nanoTime() + patience.toNanos();
    while (!lockedNext()) {
      if (System.nanoTime() - end > 0 || !paused()) {
        throw new StateTaken(
            "another edge proxy is about to take over the state file %s and waits for the one in charge%s; see their logs, end one of them and start this one again"
                .formatted(stateFile, process()));
      }
    }
  }

  private synchronized boolean lockedNext() {
    Attempt attempt = tryLock(NEXT);
    next = attempt.lock();
    return attempt.goOn();
  }

  /**
   * This proxy is in charge, where it takes over from none.
   *
   * @param wouldTakeOver whether it wanted to, and has found none that can be taken over
   * @param patience with another one that is just being stopped
   * @throws StateTaken when another one is in charge, also then
   */
  public void take(boolean wouldTakeOver, Duration patience) throws StateTaken {
    long end = System.nanoTime() + patience.toNanos();
    while (!taken()) {
      if (System.nanoTime() - end > 0 || !paused()) {
        throw new StateTaken(
            "another edge proxy%s uses the state file %s; %s, or give this one a state file of its own with FAIRLEAD_EDGE_STATE"
                .formatted(
                    process(),
                    stateFile,
                    wouldTakeOver
                        ? "it cannot be taken over now, see its log: try again, stop it"
                        : "stop it, take its place with FAIRLEAD_EDGE_TAKE_OVER=true"));
      }
    }
  }

  /** The same, as soon as the proxy that is taken over from has left the state or has ended. */
  public void takeAtLast() {
    if (!taken()) {
      Thread.ofPlatform().daemon().name("state-lock").start(this::keepTrying);
    }
  }

  private void keepTrying() {
    while (paused()) {
      if (taken()) {
        return;
      }
    }
  }

  private synchronized boolean taken() {
    Attempt attempt = tryLock(IN_CHARGE);
    if (!attempt.goOn()) {
      return false;
    }
    release(next);
    next = null;
    nameProcess();
    return true;
  }

  private static void release(@Nullable FileLock lock) {
    try {
      if (lock != null) {
        lock.release();
      }
    } catch (IOException closed) {
      // with its channel, and so are its locks
    }
  }

  /** For people alone, so that a full disk may keep it from being written. */
  private void nameProcess() {
    try {
      if (channel != null && !shared) {
        String process = PROCESS.formatted(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)), 0);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "state-lock=unnamed", e);
    }
  }

  private static boolean paused() {
    try {
      Thread.sleep(LOOK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * @param goOn with the lock, or where there are none
   */
  private record Attempt(boolean goOn, @Nullable FileLock lock) {}

  private Attempt tryLock(long which) {
    if (channel == null) {
      return new Attempt(true, null);
    }
    try {
      FileLock lock = channel.tryLock(which, 1, shared);
      return new Attempt(lock != null, lock);
    } catch (OverlappingFileLockException another) {
      return new Attempt(false, null); // in this process, as in tests
    } catch (ClosedChannelException closed) {
      return new Attempt(true, null);
    } catch (IOException e) {
      unlocked(e);
      return new Attempt(true, null);
    }
  }

  /** Which one is in charge, for people. */
  private String process() {
    try {
      String process = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return process.isEmpty() ? "" : " (process %s)".formatted(process);
    } catch (IOException unknown) {
      return "";
    }
  }

  /** Another proxy may be in charge. */
  @Override
  public synchronized void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "state=locked reason=\"{0}\"", e);
    }
  }
}
