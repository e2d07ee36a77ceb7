package dev.fairlead.adr.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The git repository of decisions: what its commits hold, and how one is added. */
final class GitRepository implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GitRepository.class);

  private final Git git;
  private final String folder;
  private final Branch branch;
  private final WorkingFiles workingFiles;

  private GitRepository(Git git, String folder) {
    this.git = git;
    this.folder = folder;
    this.branch = new Branch(git.getRepository(), folder);
    this.workingFiles = new WorkingFiles(git, folder);
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

  record Author(String name, String mail) {}

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
    return branch.commit(parent, files, author, now, message, beforeItCounts);
  }

  /** Brings the files people see in line with the branch. */
  void refreshFiles() {
    head().ifPresent(head -> workingFiles.refresh(files(head), this::read, head));
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
        Branch.isOurs(commit));
  }

  @Override
  public void close() {
    git.close();
  }
}
