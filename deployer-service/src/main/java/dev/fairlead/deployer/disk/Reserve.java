package dev.fairlead.deployer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room for a few small files, taken while there is some: what has to be written down to stop
 * something, or to go back, is written also on a full disk. A file of the reserve is overwritten in
 * the blocks that it has and given the other's name, so that nobody else can take its room in
 * between. File systems that never write a block twice (btrfs, ZFS) may refuse that all the same.
 */
public final class Reserve {

  private static final Logger log = LoggerFactory.getLogger(Reserve.class);

  private static final int FILES = 16;
  private static final int BYTES = 8 << 10;

  private static final int CHANGES = 4;
  private static final int LARGE = 256 << 10;

  /** What another deployer takes or begins is done with long before. */
  private static final Duration DONE = Duration.ofMinutes(10);

  private final Path folder;
  private final int files;
  private final int bytes;
  private volatile boolean whole;

  /**
   * For many small files.
   *
   * @param folder of its own, on the disk of the files that it is for
   */
  public Reserve(Path folder) {
    this(folder, FILES, BYTES);
  }

  private Reserve(Path folder, int files, int bytes) {
    this.folder = folder;
    this.files = files;
    this.bytes = bytes;
    sweep();
    refill();
  }

  /**
   * For four changes of files of up to 256 KiB, such as the configuration of a proxy.
   *
   * @param filesOfAChange how many are written for one
   */
  public static Reserve ofChanges(Path folder, int filesOfAChange) {
    return new Reserve(folder, CHANGES * filesOfAChange, LARGE);
  }

  /**
   * As {@link Durable#write}.
   *
   * @throws IOException also when the reserve is used up, or the content is larger than its files
   */
  public void write(Path file, byte[] content) throws IOException {
    try {
      Durable.write(file, content);
    } catch (IOException e) {
      if (content.length > bytes || !FullDisk.isCauseOf(e, folder)) {
        throw e;
      }
      Path spare = taken().orElseThrow(() -> e);
      try {
        overwrite(spare, content);
        Durable.publish(spare, file);
      } finally {
        Durable.discard(spare); // gone if all went well
      }
      log.warn("file={} disk=full written=from-reserve next=\"free space\"", file);
    }
    refill();
  }

  private static void overwrite(Path spare, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(spare, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.truncate(content.length);
      channel.force(true);
    }
  }

  /** One that nobody else has: other deployers may share the folder. */
  private Optional<Path> taken() throws IOException {
    whole = false;
    try (DirectoryStream<Path> spares = Files.newDirectoryStream(folder, "spare-*")) {
      for (Path spare : spares) {
        Path mine = folder.resolve("taken-" + UUID.randomUUID());
        try {
          Files.move(spare, mine, StandardCopyOption.ATOMIC_MOVE);
          return Optional.of(mine);
        } catch (NoSuchFileException takenByAnother) {
          continue;
        }
      }
    }
    return Optional.empty();
  }

  /** As far as there is room; what is missing is missing until something is written again. */
  private void refill() {
    if (whole) {
      return;
    }
    Path begun = folder.resolve("begun-" + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      for (int number = 1; number <= files; number++) {
        Path spare = folder.resolve("spare-" + number);
        if (!Files.exists(spare)) {
          Files.write(begun, something());
          Durable.sync(begun);
          Files.move(begun, spare, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      whole = true;
    } catch (IOException e) {
      log.debug("reserve={} state=incomplete reason=\"{}\"", folder, e.getMessage());
    } finally {
      Durable.discard(begun);
    }
  }

  /** No zeros: some file systems write those down as nothing. */
  private byte[] something() {
    byte[] content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) ThreadLocalRandom.current().nextInt('A', 'Z' + 1);
    }
    return content;
  }

  /** What a deployer that was killed had taken or begun. */
  private void sweep() {
    Instant before = Durable.MACHINE.instant().minus(DONE);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "{taken,begun}-*")) {
      for (Path file : left) {
        // that of its name: a spare that was taken just now is as old as the reserve
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        if (changed.toInstant().isBefore(before)) {
          Durable.discard(file);
        }
      }
    } catch (NoSuchFileException none) {
      return;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      log.debug("reserve={} leftovers=kept reason=\"{}\"", folder, e.getMessage());
    }
  }
}
