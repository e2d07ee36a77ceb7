package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.catalogue.GitRepository.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files in the working tree: a copy of the branch for people to read. */
final class WorkingFiles {

  private static final Logger LOG = LoggerFactory.getLogger(WorkingFiles.class);

  private final Git git;
  private final String folder;

  WorkingFiles(Git git, String folder) {
    this.git = git;
    this.folder = folder;
  }

  /**
   * Brings the files people see in line with the branch. What somebody wrote there by hand and did
   * not commit is put aside as a git object, and its name logged.
   */
  void refresh(Map<String, File> files, Function<File, byte[]> content, String head) {
    try {
      boolean stale = false;
      for (File file : files.values()) {
        stale |= putAside(file, content.apply(file));
      }
      if (stale || indexIsBehind(files.values())) {
        git.checkout().setStartPoint(head).addPath(folder).call();
      }
    } catch (IOException | GitAPIException e) {
      LOG.warn(
          "files not refreshed folder={} reason=\"{}\" next=\"with the next commit\"",
          folder,
          e.getMessage());
    }
  }

  private boolean indexIsBehind(Collection<File> files) throws IOException {
    DirCache index = git.getRepository().readDirCache();
    return files.stream()
        .anyMatch(
            file -> {
              DirCacheEntry entry = index.getEntry(folder + "/" + file.name());
              return entry == null || !entry.getObjectId().name().equals(file.blob());
            });
  }

  private boolean putAside(File file, byte[] committed) throws IOException {
    Path seen = git.getRepository().getWorkTree().toPath().resolve(folder).resolve(file.name());
    if (!Files.isRegularFile(seen)) {
      return true;
    }
    byte[] bytes = Files.readAllBytes(seen);
    if (Arrays.equals(bytes, committed)) {
      return false;
    }
    keepAside(file, bytes);
    return true;
  }

  /** Only what git does not know yet: an earlier version of ours is in its history. */
  private void keepAside(File file, byte[] bytes) throws IOException {
    try (ObjectInserter objects = git.getRepository().newObjectInserter()) {
      ObjectId id = objects.idFor(Constants.OBJ_BLOB, bytes);
      if (git.getRepository().getObjectDatabase().has(id)) {
        return;
      }
      objects.insert(Constants.OBJ_BLOB, bytes);
      objects.flush();
      LOG.warn(
          "file replaced file={} next=\"git cat-file -p {} shows what it was\"",
          file.name(),
          id.name());
    }
  }
}
