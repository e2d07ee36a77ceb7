package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two commands from changing one stack, or telling one story, at once. The kernel holds the
 * lock for the process: it is gone when the process is, however it ended.
 */
public final class StackLock implements AutoCloseable {

  private final FileChannel channel;

  private StackLock(FileChannel channel) {
    this.channel = channel;
  }

  /** For a command that starts or stops processes. */
  static StackLock ofStack(StackHome home, String command) {
    return take(home.folder().resolve("lock"), command);
  }

  /** The same, for one that gives way to others: empty when one of them holds it. */
  static Optional<StackLock> ofStackIfFree(StackHome home, String command) {
    return takeIfFree(home.folder().resolve("lock"), command);
  }

  /** Whether that process was the last to take the stack's lock. */
  static boolean isHeldBy(StackHome home, long pid) {
    return holderIn(home.folder().resolve("lock")).contains(", process %d, ".formatted(pid));
  }

  /** For the demo, which holds it from beginning to end. */
  public static StackLock ofDemo(StackHome home) {
    home.create();
    return take(home.folder().resolve("demo.lock"), "demo");
  }

  /**
   * @throws Failure naming the command and the process that hold it
   */
  private static StackLock take(Path file, String command) {
    return takeIfFree(file, command).orElseThrow(() -> held(file));
  }

  private static Optional<StackLock> takeIfFree(Path file, String command) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      sign(channel, command);
      return Optional.of(new StackLock(channel));
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot lock %s: %s".formatted(file, e.getMessage()),
          "choose another folder with FAIRLEAD_HOME",
          e);
    }
  }

  /** The name of the holder is for people; a full disk must not keep {@code down} from working. */
  private static void sign(FileChannel channel, String command) {
    String holder =
        "%s, process %d, since %s"
            .formatted(command, ProcessHandle.current().pid(), Instant.now().toString());
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      System.err.println("cannot say who works on the stack: " + e.getMessage());
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Failure held(Path file) {
    return new Failure(
        Exit.FAILED,
        "another command works on this stack: " + holderIn(file),
        "wait for it, or end it with Ctrl-C and then run: fairlead down\n"
            + "a second stack needs its own FAIRLEAD_HOME and FAIRLEAD_PORT_OFFSET");
  }

  private static String holderIn(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "who it is cannot be read in " + file;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot release the lock: " + e.getMessage(), "", e);
    }
  }
}
