package dev.fairlead.backup.container;

import dev.fairlead.backup.folder.OwnedFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sockets of tunnels are.
 *
 * @param preferred a folder of this service; where its path is too long for a socket, they are in
 *     folders of their own among the temporary files, which every user of this machine has
 */
record TunnelFolders(Path preferred) {

  private static final Logger log = LoggerFactory.getLogger(TunnelFolders.class);
  private static final String PREFIX = "fairlead-tunnel-";

  /** A socket's path has at most 107 bytes; its folder's number and its own name take 36. */
  private static final int LONGEST_ROOT = 107 - 36 - PREFIX.length() - 1;

  /** A new one that only our user may enter. What those left that were killed goes first. */
  OwnedFolder fresh() throws IOException {
    Path root = root();
    for (OwnedFolder abandoned : OwnedFolder.abandoned(root, PREFIX)) {
      remove(abandoned);
    }
    return OwnedFolder.fresh(root, PREFIX);
  }

  private Path root() throws IOException {
    Path root = preferred.toAbsolutePath();
    if (root.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_ROOT) {
      return Path.of(System.getProperty("java.io.tmpdir"));
    }
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    return root;
  }

  private static void remove(OwnedFolder abandoned) {
    try {
      abandoned.remove();
      log.info("tunnel={} was abandoned next=removed", abandoned);
    } catch (IOException e) {
      log.warn("tunnel={} next=left cannot be removed: {}", abandoned, e.toString());
    }
  }
}
