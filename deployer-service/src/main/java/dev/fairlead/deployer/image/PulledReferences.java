package dev.fairlead.deployer.image;

import dev.fairlead.deployer.disk.Durable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which names an engine has only because this installation pulled them: those may go with their
 * image. A name that was there before is somebody else's.
 */
record PulledReferences(Path folder) {

  void add(String reference) {
    try {
      Files.createDirectories(folder);
      Durable.write(fileOf(reference), reference.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write below " + folder, e);
    }
  }

  boolean contains(String reference) {
    return Files.exists(fileOf(reference));
  }

  void remove(String reference) {
    try {
      Files.deleteIfExists(fileOf(reference));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete below " + folder, e);
    }
  }

  /** Those that were noted before, in no order. */
  List<String> notedBefore(Instant before) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> notedAt(file).isBefore(before))
          .map(file -> URLDecoder.decode(file.getFileName().toString(), StandardCharsets.UTF_8))
          .filter(this::contains) // else it is the file of a note that is just being written
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  private static Instant notedAt(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException goneMeanwhile) {
      return Instant.MAX;
    }
  }

  private Path fileOf(String reference) {
    return folder.resolve(URLEncoder.encode(reference, StandardCharsets.UTF_8));
  }
}
