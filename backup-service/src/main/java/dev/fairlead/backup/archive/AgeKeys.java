package dev.fairlead.backup.archive;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose keys close and open backups. Where nobody set any, a pair is made once and kept in a file
 * of its owner; whoever loses that file loses what it closed.
 */
public final class AgeKeys {

  private final List<String> recipients;
  private final @Nullable Supplier<String> identity;
  private final Path generated;

  /**
   * @param recipients public keys; those of the identity when empty
   * @param identity fetches the content of an identity file, anew each time
   * @param generated where a pair is made when both are missing
   */
  public AgeKeys(List<String> recipients, @Nullable Supplier<String> identity, Path generated) {
    this.recipients = List.copyOf(recipients);
    this.identity = identity;
    this.generated = generated;
  }

  /** Who will be able to open the next backup. */
  public AgeRecipients recipients() {
    return new AgeRecipients(recipients.isEmpty() ? identity().recipients() : recipients);
  }

  /**
   * @throws BackupFailure when only recipients are known here: then this service can close backups
   *     and not open them
   */
  public AgeIdentity identity() {
    if (identity != null) {
      return AgeIdentity.parse(identity.get());
    }
    if (!canOpen()) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "no age identity is set, so this service cannot open backups",
          "set fairlead.backup.identity, or restore by hand as docs/backups.md shows");
    }
    return AgeIdentity.parse(generatedOnce());
  }

  /** Whether there is a private key here at all. */
  public boolean canOpen() {
    return identity != null || recipients.isEmpty() || Files.exists(generated);
  }

  private String generatedOnce() {
    return new KeyFile(generated).read(AgeIdentity::generate);
  }
}
