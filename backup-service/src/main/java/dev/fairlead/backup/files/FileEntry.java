package dev.fairlead.backup.files;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of an index.
 *
 * @param path absolute, as it was on its host
 * @param kind what it is
 * @param mode as {@code rwxr-x---}
 * @param owner names of user and group, as {@code orders:orders}
 * @param sha256 of a file's content
 * @param target of a symbolic link, as it is written
 * @param note what was remarkable, such as that it changed while it was read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record FileEntry(
    String path,
    Kind kind,
    @Nullable String mode,
    @Nullable String owner,
    @Nullable Instant modifiedAt,
    @Nullable Long sizeBytes,
    @Nullable String sha256,
    @Nullable String target,
    @Nullable List<Piece> pieces,
    @Nullable String note) {

  enum Kind {
    FOLDER,
    FILE,
    LINK,
    /** A socket, pipe or device: named, and not archived. */
    SKIPPED
  }

  FileEntry withContent(long size, String digest, List<Piece> content) {
    return new FileEntry(
        path, kind, mode, owner, modifiedAt, size, digest, target, List.copyOf(content), note);
  }

  FileEntry withTarget(String text) {
    return new FileEntry(
        path, kind, mode, owner, modifiedAt, sizeBytes, sha256, text, pieces, note);
  }

  FileEntry withNote(String text) {
    return new FileEntry(
        path, kind, mode, owner, modifiedAt, sizeBytes, sha256, target, pieces, text);
  }
}
