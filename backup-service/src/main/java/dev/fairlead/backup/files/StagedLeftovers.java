package dev.fairlead.backup.files;

import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.files.FileRestores.Requested;
import dev.fairlead.backup.folder.Tree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes away what restores that have ended left where they staged files. Each does so itself, but
 * may be killed in between, or given up before it could begin again.
 */
@Component
class StagedLeftovers {

  private static final Logger log = LoggerFactory.getLogger(StagedLeftovers.class);

  private static final Pattern NAME =
      Pattern.compile("\\.fairlead-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-.+");

  private final FileRestores restores;
  private final Databases databases;

  StagedLeftovers(FileRestores restores, Databases databases) {
    this.restores = restores;
    this.databases = databases;
  }

  void sweep() {
    databases.all().stream()
        .flatMap(database -> InPlace.of(database.files()).roots().stream())
        .flatMap(root -> Stream.ofNullable(root.getParent()))
        .distinct()
        .forEach(this::sweep);
    restores.withLeftovers().forEach(this::sweep);
  }

  private void sweep(Requested failed) {
    String below = failed.below();
    Staging staging = new Staging(failed.id(), failed.requestedAt());
    if (below == null || staging.discardBelow(Path.of(below))) {
      restores.leftoversAreGone(failed.id());
    }
  }

  private void sweep(Path folder) {
    try (DirectoryStream<Path> staged = Files.newDirectoryStream(folder, ".fairlead-*")) {
      for (Path path : staged) {
        if (isOver(path)) {
          delete(path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // then nobody staged anything there
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("{} next=later {}", folder, e.toString());
    }
  }

  private static void delete(Path path) {
    try {
      new Tree(path).delete();
      log.info("{} was left by a restore that has ended next=none", path);
    } catch (IOException e) {
      log.warn("{} next=later {}", path, e.toString());
    }
  }

  /** One that this catalogue does not know may be another service's. */
  private boolean isOver(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    return name.matches() && restores.hasEnded(UUID.fromString(name.group(1)));
  }
}
