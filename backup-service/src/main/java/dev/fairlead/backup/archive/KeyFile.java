package dev.fairlead.backup.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A secret that is made once, where there is none, in a file that only its owner can read. */
public record KeyFile(Path path) {

  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);

  /**
   * @param making the content, when there is no such file yet
   * @throws IllegalStateException when it can be neither read nor made
   */
  public String read(Supplier<String> making) {
    try {
      if (!Files.exists(path)) {
        make(making.get());
      }
      return Files.readString(path, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalStateException("%s cannot be read or made: %s".formatted(path, e), e);
    }
  }

  /** Of several services starting at once, the file of the first is everybody's. */
  private void make(String content) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path made =
        Files.createTempFile(
            folder,
            "key-",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(made, content, StandardCharsets.US_ASCII);
      Files.createLink(path, made);
      log.warn("key={} made; next=copy it to a safe place outside this machine", path);
    } catch (FileAlreadyExistsException _) {
      log.debug("key={} was made by another process", path);
    } finally {
      Files.deleteIfExists(made);
    }
  }
}
