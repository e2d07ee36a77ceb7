package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.events.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The highest fence token seen of every place, kept on disk beside the instances. */
final class FenceLedger {

  private final Path folder;
  private final Locks locks;
  private final Reserve reserve;

  /**
   * @param reserve for the tokens of those who go back, or stop something, on a full disk
   */
  FenceLedger(Path folder, Reserve reserve) {
    this.folder = folder;
    this.reserve = reserve;
    this.locks = new Locks(folder.resolve("locks"));
  }

  /**
   * Remembers the token.
   *
   * @throws StaleFence if a larger one was seen before
   */
  void admit(Fence fence) {
    Path file = folder.resolve(fence.place().application() + "." + fence.place().environment());
    try (Locks.Held held = locks.acquire(fence.place().toString())) {
      long highest = highestSeen(file, fence.place());
      if (fence.token() < highest) {
        throw new StaleFence(fence.place(), fence.token(), highest);
      }
      if (fence.token() > highest) {
        reserve.write(file, Long.toString(fence.token()).getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the fence token of %s could not be written to %s: %s; free space or correct the rights"
              .formatted(fence.place(), file, e.getMessage()),
          e);
    }
  }

  private static long highestSeen(Path file, Place place) throws IOException {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      throw new RuntimeFailure(
          "the fence token of %s in %s is unreadable; delete the file if no other deployer is at work"
              .formatted(place, file),
          e);
    }
  }
}
