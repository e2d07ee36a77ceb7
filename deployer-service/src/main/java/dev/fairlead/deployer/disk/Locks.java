package dev.fairlead.deployer.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Mutual exclusion by name between threads and between processes that share a folder. The kernel
 * frees the lock of a process that dies. Names share a fixed number of locks, so hold one briefly,
 * and never two of one folder at a time.
 */
public final class Locks {

  private static final int COUNT = 64;

  private final Path folder;
  private final ReentrantLock[] threads =
      Stream.generate(ReentrantLock::new).limit(COUNT).toArray(ReentrantLock[]::new);

  public Locks(Path folder) {
    this.folder = folder;
  }

  /** Waits for the lock; close to release it. */
  public Held acquire(String name) {
    int number = Math.floorMod(name.hashCode(), COUNT);
    ReentrantLock thread = threads[number];
    thread.lock();
    try {
      return lockFile(number, thread);
    } catch (IOException e) {
      thread.unlock();
      throw new UncheckedIOException("cannot lock '" + name + "' in " + folder, e);
    }
  }

  private Held lockFile(int number, ReentrantLock thread) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock-" + number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      return new Held(thread, channel, lock(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Another object of this class in the same JVM may hold the file; the JVM then refuses to wait.
   */
  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException heldInThisJvm) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** A lock that is held by the current thread. */
  public static final class Held implements AutoCloseable {

    private final ReentrantLock thread;
    private final FileChannel channel;
    private final FileLock file;

    private Held(ReentrantLock thread, FileChannel channel, FileLock file) {
      this.thread = thread;
      this.channel = channel;
      this.file = file;
    }

    @Override
    public void close() {
      try (channel) {
        file.release();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot release a lock", e);
      } finally {
        thread.unlock();
      }
    }
  }
}
