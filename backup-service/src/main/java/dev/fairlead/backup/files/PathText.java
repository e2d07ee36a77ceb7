package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Names of files as text, which is what an index holds. On disk they are bytes, and what the
 * encoding of this process does not know of them becomes U+FFFD without a word.
 */
final class PathText {

  /**
   * Taken from {@code LC_ALL}, {@code LC_CTYPE} or {@code LANG} when the JVM starts; no option of
   * the JVM changes it.
   */
  static final String ENCODING = System.getProperty("sun.jnu.encoding", "an unknown encoding");

  static final String UTF_8_ADVICE =
      "start it with LC_ALL=C.UTF-8 in its environment (under systemd: Environment=LC_ALL=C.UTF-8); no option of Java sets it";

  private PathText() {}

  /** Whether every text can be a name here. */
  static boolean isUtf8() {
    return Charset.isSupported(ENCODING)
        && Charset.forName(ENCODING).equals(StandardCharsets.UTF_8);
  }

  /**
   * @throws BackupFailure unless the text leads to the same file again
   */
  static String of(Path path) {
    if (isExact(path)) {
      return path.toString();
    }
    throw failure("the name '%s' in the folder %s".formatted(path.getFileName(), path.getParent()));
  }

  /**
   * @param target that the link {@code link} has
   * @throws BackupFailure unless the text is the same target again
   */
  static String ofTarget(Path target, Path link) {
    if (isExact(target)) {
      return target.toString();
    }
    throw failure(
        "the target '%s' of the link '%s' in the folder %s"
            .formatted(target, link.getFileName(), link.getParent()));
  }

  private static boolean isExact(Path path) {
    try {
      return Path.of(path.toString()).equals(path);
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static BackupFailure failure(String what) {
    return new BackupFailure(
        BackupFailureReason.DUMP_FAILED,
        "%s is no text in %s, the encoding of backup-service, and would be lost"
            .formatted(what, ENCODING),
        isUtf8()
            ? "give it a name in UTF-8 (convmv -r -f latin1 -t utf8 --notest FOLDER does it for a whole folder), or take the folder out of backup.files"
            : "backup-service does not run in UTF-8: " + UTF_8_ADVICE);
  }

  /**
   * @throws BackupFailure when there can be no such file here
   */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      if (isUtf8() || text.indexOf('\0') >= 0) {
        throw e;
      }
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "no file can be called '%s' in %s, the encoding of this process"
              .formatted(text, ENCODING),
          UTF_8_ADVICE,
          e);
    }
  }
}
