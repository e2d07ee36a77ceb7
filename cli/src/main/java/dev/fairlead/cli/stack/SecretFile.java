package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** One secret in a file of its own that only its owner can read. */
record SecretFile(Path path) {

  private static final int BYTES = 24;

  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Members start beside each other and share secrets: one of them makes it. */
  private static final Object MAKING = new Object();

  /** The secret; empty when there is no file, or nothing in it. */
  Optional<String> find() {
    try {
      return Optional.of(Files.readString(path).strip()).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot read %s: %s".formatted(path, e), "correct the file's rights", e);
    }
  }

  /**
   * @throws Failure when there is none
   */
  String read() {
    return find()
        .orElseThrow(
            () ->
                new Failure(
                    Exit.FAILED,
                    "%s %s".formatted(path, Files.exists(path) ? "is empty" : "is missing"),
                    "fairlead down, then fairlead up: it is made anew while nobody uses it"));
  }

  /** The secret, made at random when there is no file. */
  String readOrMake() {
    synchronized (MAKING) {
      if (Files.notExists(path)) {
        write(random());
      }
      return read();
    }
  }

  /** For a secret that is known to be of no use to anybody yet, or any more. */
  void makeAnewIfEmpty() {
    if (find().isEmpty()) {
      write(random());
    }
  }

  static String random() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  void write(String secret) {
    try {
      WholeFile.write(path, secret, OWNER_ONLY);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(path, e.getMessage()),
          "free disk space or choose another folder with FAIRLEAD_HOME",
          e);
    }
  }
}
