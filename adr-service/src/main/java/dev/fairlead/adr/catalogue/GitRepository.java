package dev.fairlead.adr.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
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
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The git repository. A commit is written as objects first and becomes real by one comparison and
 * exchange of the branch: whoever dies before has changed nothing, and of two at once one wins. The
 * files in the working tree are a copy for people to read, brought up to date afterwards.
 */
final class GitRepository implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GitRepository.class);
  private static final PersonIdent COMMITTER =
      new PersonIdent("fairlead/adr", "adr@fairlead.invalid");

  private final Git git;
  private final String folder;

  private GitRepository(Git git, String folder) {
    this.git = git;
    this.folder = folder;
  }

  /**
   * A file of a commit.
   *
   * @param blob git's name for exactly these bytes
   */
  record File(String name, String blob) {}

  /**
   * A commit, without its files.
   *
   * @param claimsToBeOurs its committer is this service, which anybody may write
   */
  record Commit(String id, String author, Instant time, boolean claimsToBeOurs) {}

  /** Opens it; creates it, with an empty branch main, where there is none. */
  static GitRepository open(Path path, String folder) {
    try {
      Files.createDirectories(path);
      Git git =
          Files.exists(path.resolve(".git"))
              ? Git.open(path.toFile())
              : Git.init().setDirectory(path.toFile()).setInitialBranch("main").call();
      configure(git);
      return new GitRepository(git, folder);
    } catch (IOException | GitAPIException e) {
      throw new IllegalStateException(
          "the decisions repository %s cannot be opened: %s; check fairlead.adr.repository"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** A push from a clone updates the files here too. */
  private static void configure(Git git) throws IOException {
    StoredConfig config = git.getRepository().getConfig();
    if (config.getString("receive", null, "denyCurrentBranch") == null) {
      config.setString("receive", null, "denyCurrentBranch", "updateInstead");
    }
    config.save();
  }

  /** On disk before it counts. Not saved: git itself says it by another name, and would warn. */
  private void durably() {
    StoredConfig config = git.getRepository().getConfig();
    config.setBoolean("core", null, "fsyncObjectFiles", true);
    config.setBoolean("core", null, "fsyncRefFiles", true);
  }

  Optional<String> head() {
    try {
      ObjectId head = git.getRepository().resolve(Constants.HEAD);
      return Optional.ofNullable(head).map(ObjectId::name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of the folder at this commit, by name. */
  Map<String, File> files(String commit) {
    Map<String, File> files = new TreeMap<>();
    try (RevWalk commits = new RevWalk(git.getRepository());
        TreeWalk tree = new TreeWalk(git.getRepository())) {
      tree.addTree(commits.parseCommit(ObjectId.fromString(commit)).getTree());
      tree.setRecursive(true);
      tree.setFilter(PathFilter.create(folder));
      while (tree.next()) {
        String name = tree.getPathString().substring(folder.length() + 1);
        boolean isFile = FileMode.REGULAR_FILE.equals(tree.getFileMode(0));
        if (isFile && name.indexOf('/') < 0) {
          files.put(name, new File(name, tree.getObjectId(0).name()));
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] read(File file) {
    try (ObjectReader reader = git.getRepository().newObjectReader()) {
      return reader.open(ObjectId.fromString(file.blob())).getBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Commit commit(String id) {
    try (RevWalk commits = new RevWalk(git.getRepository())) {
      return described(commits.parseCommit(ObjectId.fromString(id)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The commits after {@code from} up to {@code to} along the first parents, oldest first; all of
   * them without {@code from}. Empty when {@code from} is not on that line: history was rewritten.
   */
  Optional<List<Commit>> between(@Nullable String from, String to) {
    List<Commit> between = new ArrayList<>();
    try (RevWalk commits = new RevWalk(git.getRepository())) {
      @Nullable RevCommit at = commits.parseCommit(ObjectId.fromString(to));
      while (at != null && !at.name().equals(from)) {
        between.add(described(at));
        at = at.getParentCount() == 0 ? null : commits.parseCommit(at.getParent(0));
      }
      if (at == null && from != null) {
        return Optional.empty();
      }
      Collections.reverse(between);
      return Optional.of(between);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a commit of these files on top of {@code parent}; every other file stays as it is.
   *
   * @param beforeItCounts told the commit's id while it is not yet on the branch
   * @return false when the branch is no longer at {@code parent}; nothing has changed then
   */
  boolean commit(
      @Nullable String parent,
      Map<String, byte[]> files,
      Author author,
      Instant now,
      String message,
      Consumer<String> beforeItCounts) {
    durably();
    try (ObjectInserter objects = git.getRepository().newObjectInserter()) {
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

  record Author(String name, String mail) {}

  private ObjectId tree(@Nullable String parent, Map<String, byte[]> files, ObjectInserter objects)
      throws IOException {
    DirCache tree = DirCache.newInCore();
    if (parent != null) {
      try (ObjectReader reader = git.getRepository().newObjectReader();
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
    RefUpdate update = git.getRepository().updateRef(Constants.HEAD);
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

  /**
   * Brings the files people see in line with the branch. What somebody wrote there by hand and did
   * not commit is put aside as a git object, and its name logged.
   */
  void refreshFiles() {
    Optional<String> head = head();
    if (head.isEmpty()) {
      return;
    }
    try {
      boolean stale = false;
      for (File file : files(head.get()).values()) {
        stale |= putAside(file);
      }
      if (stale || indexIsBehind(head.get())) {
        git.checkout().setStartPoint(head.get()).addPath(folder).call();
      }
    } catch (IOException | GitAPIException e) {
      LOG.warn(
          "files not refreshed folder={} reason=\"{}\" next=\"with the next commit\"",
          folder,
          e.getMessage());
    }
  }

  private boolean indexIsBehind(String head) throws IOException {
    DirCache index = git.getRepository().readDirCache();
    return files(head).values().stream()
        .anyMatch(
            file -> {
              DirCacheEntry entry = index.getEntry(folder + "/" + file.name());
              return entry == null || !entry.getObjectId().name().equals(file.blob());
            });
  }

  private boolean putAside(File file) throws IOException {
    Path seen = git.getRepository().getWorkTree().toPath().resolve(folder).resolve(file.name());
    if (!Files.isRegularFile(seen)) {
      return true;
    }
    byte[] bytes = Files.readAllBytes(seen);
    if (Arrays.equals(bytes, read(file))) {
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

  /** Locks that a killed process left; called when nobody else can be at work here. */
  void removeStaleLocks() {
    Path store = git.getRepository().getDirectory().toPath();
    try {
      List<Path> locks =
          List.of(
              store.resolve("index.lock"),
              store.resolve("HEAD.lock"),
              store.resolve(git.getRepository().getFullBranch() + ".lock"));
      for (Path lock : locks) {
        if (Files.deleteIfExists(lock)) {
          LOG.warn("stale lock removed file={}", lock);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Commit described(RevCommit commit) {
    return new Commit(
        commit.name(),
        commit.getAuthorIdent().getName(),
        Instant.ofEpochSecond(commit.getCommitTime()),
        commit.getCommitterIdent().getName().equals(COMMITTER.getName()));
  }

  @Override
  public void close() {
    git.close();
  }
}
