package dev.fairlead.cli.stack;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * Whether a folder that was come across may be believed. Whoever can write to a folder above the
 * current one, such as /tmp, could lay a stack's folder there, and get to see tokens and manifests.
 */
final class OwnFolder {

  private OwnFolder() {}

  /** Whether it is this user's, and so is the link if it is one, and not everybody may write. */
  static boolean isOwn(Path folder) {
    try {
      return isOfThisUser(folder)
          && isOfThisUser(folder, LinkOption.NOFOLLOW_LINKS)
          && !Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOfThisUser(Path folder, LinkOption... links) throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid", links);
    return owner instanceof Integer uid && Integer.toUnsignedLong(uid) == new UnixSystem().getUid();
  }
}
