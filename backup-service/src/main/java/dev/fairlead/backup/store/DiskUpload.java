package dev.fairlead.backup.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Appends to a temporary file, which at last takes the place of the target. */
final class DiskUpload implements Upload {

  private final Path temporary;
  private final Path target;
  private final DiskFolders folders;
  private final DiskFailures failures;
  private final FileChannel channel;

  DiskUpload(Path temporary, Path target, DiskFolders folders, DiskFailures failures)
      throws IOException {
    this.temporary = temporary;
    this.target = target;
    this.folders = folders;
    this.failures = failures;
    this.channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public void part(byte[] part, int length) {
    failures.run(() -> Durable.write(channel, part, length));
  }

  @Override
  public void complete() {
    failures.run(
        () -> {
          channel.force(true);
          channel.close();
          folders.with(target, () -> Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE));
          Durable.flushFolder(target);
          folders.delete(temporary);
        });
  }

  @Override
  public void abort() {
    failures.run(
        () -> {
          channel.close();
          folders.delete(temporary);
        });
  }
}
