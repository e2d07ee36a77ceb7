package dev.fairlead.adr.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * The branch that is checked out. A commit is written as objects first and becomes real by one
 * comparison and exchange of the branch: whoever dies before has changed nothing, and of two at
 * once one wins.
 */
final class Branch {

  private static final PersonIdent COMMITTER =
      new PersonIdent("fairlead/adr", "adr@fairlead.invalid");

  private final Repository repository;
  private final String folder;

  Branch(Repository repository, String folder) {
    this.repository = repository;
    this.folder = folder;
  }

  /** Whether its committer is this service, which anybody may write. */
  static boolean isOurs(RevCommit commit) {
    return commit.getCommitterIdent().getName().equals(COMMITTER.getName());
  }

  /** As {@link GitRepository#commit} says. */
  boolean commit(
      @Nullable String parent,
      Map<String, byte[]> files,
      GitRepository.Author author,
      Instant now,
      String message,
      Consumer<String> beforeItCounts) {
    durably();
    try (ObjectInserter objects = repository.newObjectInserter()) {
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(tree(parent, files, objects));
      if (parent != null) {
        commit.setParentId(ObjectId.fromString(parent));
      }
      commit.setAuthor(new PersonIdent(author.name(), author.mail(), now, ZoneOffset.UTC));
      commit.setCommitter(new PersonIdent(COMMITTER, now));
      commit.setEncoding(StandardCharsets.UTF_8);
      commit.setMessage(message + "\n");
      ObjectId id = objects.insert(commit);
      objects.flush();
      beforeItCounts.accept(id.name());
      return exchanged(parent, id, message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On disk before it counts. Not saved: git itself says it by another name, and would warn. */
  private void durably() {
    StoredConfig config = repository.getConfig();
    config.setBoolean("core", null, "fsyncObjectFiles", true);
    config.setBoolean("core", null, "fsyncRefFiles", true);
  }

  private ObjectId tree(@Nullable String parent, Map<String, byte[]> files, ObjectInserter objects)
      throws IOException {
    DirCache tree = DirCache.newInCore();
    if (parent != null) {
      try (ObjectReader reader = repository.newObjectReader();
          RevWalk commits = new RevWalk(reader)) {
        DirCacheBuilder builder = tree.builder();
        ObjectId root = commits.parseCommit(ObjectId.fromString(parent)).getTree();
        builder.addTree(new byte[0], DirCacheEntry.STAGE_0, reader, root);
        builder.finish();
      }
    }
    DirCacheEditor editor = tree.editor();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      ObjectId blob = objects.insert(Constants.OBJ_BLOB, file.getValue());
      editor.add(
          new DirCacheEditor.PathEdit(folder + "/" + file.getKey()) {
            @Override
            public void apply(DirCacheEntry entry) {
              entry.setFileMode(FileMode.REGULAR_FILE);
              entry.setObjectId(blob);
            }
          });
    }
    editor.finish();
    return tree.writeTree(objects);
  }

  private boolean exchanged(@Nullable String parent, ObjectId id, String message)
      throws IOException {
    RefUpdate update = repository.updateRef(Constants.HEAD);
    update.setExpectedOldObjectId(parent == null ? ObjectId.zeroId() : ObjectId.fromString(parent));
    update.setNewObjectId(id);
    update.setRefLogMessage("commit: " + message.lines().findFirst().orElse(""), false);
    RefUpdate.Result result = update.update();
    return switch (result) {
      case NEW, FAST_FORWARD -> true;
      case LOCK_FAILURE, REJECTED -> false;
      default -> throw new IOException("git refused the commit: " + result);
    };
  }
}
