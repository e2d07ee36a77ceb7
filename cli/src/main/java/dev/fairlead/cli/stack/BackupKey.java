package dev.fairlead.cli.stack;

import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key pair of a stack's backups. What is encrypted to the public half opens with the private
 * half alone: a lost half is told, and never replaced while a backup needs it.
 */
final class BackupKey {

  private static final String PRIVATE = "AGE-SECRET-KEY-1";

  private final StackHome home;
  private final SecretFile identity;
  private final SecretFile recipient;

  BackupKey(StackHome home) {
    this.home = home;
    this.identity = new SecretFile(home.secrets().resolve("backup.age-identity"));
    this.recipient = new SecretFile(home.secrets().resolve("backup.age-recipient"));
  }

  /** The file with the private half. */
  Path identity() {
    return identity.path();
  }

  /** The public half, as {@code age} writes it. */
  String recipient() {
    return recipient.read();
  }

  /**
   * Makes the pair, or the public half, where it is missing.
   *
   * @throws Failure when the two are no pair, or backups need a private half that is gone
   */
  void ensure() {
    Optional<String> kept = identity.find();
    if (kept.isEmpty()) {
      requireNoBackups();
      make();
      return;
    }
    List<String> own = recipientsOf(kept.get());
    Optional<String> told = recipient.find();
    if (told.isEmpty()) {
      recipient.write(own.getFirst());
    } else if (Collections.disjoint(own, Arrays.asList(told.get().split("[\\s,]+")))) {
      throw new Failure(
          Exit.FAILED,
          "%s does not open what is encrypted to %s: no backup could be restored"
              .formatted(identity.path(), recipient.path()),
          """
          put back the one of the two that was changed
          or, if the first is right, delete the second: it is written anew""");
    }
  }

  /** The private half first: the public one can be told from it, and not the other way round. */
  private void make() {
    try {
      KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
      identity.write(text(pair.getPrivate().getEncoded()));
      recipient.write(text(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of this release has X25519", e);
    }
  }

  private void requireNoBackups() {
    for (Path store : List.of(home.backups(), home.bucket())) {
      if (holdsBackup(store)) {
        throw new Failure(
            Exit.FAILED,
            "%s is %s, and the backups in %s open with nothing else"
                .formatted(
                    identity.path(), Files.exists(identity.path()) ? "empty" : "missing", store),
            """
            put it back from a copy
            or, if these backups may be lost, move them away and delete %s: a new pair is made"""
                .formatted(recipient.path()));
      }
    }
  }

  /** A backup exists when its manifest does. */
  private static boolean holdsBackup(Path store) {
    if (Files.notExists(store)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(store)) {
      return files.anyMatch(file -> file.endsWith("manifest.json"));
    } catch (IOException | UncheckedIOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot look for backups in %s: %s".formatted(store, e.getMessage()),
          "correct the folder's rights",
          e);
    }
  }

  /** An identity file may have comments, and more keys than one. */
  private List<String> recipientsOf(String identities) {
    List<String> recipients = new ArrayList<>();
    for (String line : identities.lines().map(String::strip).toList()) {
      if (line.startsWith(PRIVATE)) {
        recipients.add(recipientOf(line));
      }
    }
    if (recipients.isEmpty()) {
      throw unreadable(new IllegalArgumentException("no key in it"));
    }
    return recipients;
  }

  private String recipientOf(String key) {
    try {
      SecretKeySpec secret = new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "X25519");
      return new X25519KeyFactory().translateKey(secret).toString();
    } catch (GeneralSecurityException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** Never quotes what is in the file. */
  private Failure unreadable(Throwable cause) {
    return new Failure(
        Exit.FAILED,
        "%s holds no age identity; expected a line %s…".formatted(identity.path(), PRIVATE),
        "put it back from a copy",
        cause);
  }

  private static String text(byte[] ascii) {
    return new String(ascii, StandardCharsets.US_ASCII);
  }
}
