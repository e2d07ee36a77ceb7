package dev.fairlead.service.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API tokens that are valid now. The file is read again when it changes; a change that cannot
 * be read is refused as a whole, and the tokens known before stay valid.
 */
public final class Tokens {

  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final @Nullable Path file;
  private final Clock clock;

  private List<TokenFile.Entry> entries = List.of();
  private @Nullable Version read;
  private String told = "";
  private Instant lookAgainAt = Instant.MIN;

  /** A changed file differs in one of these. */
  private record Version(FileTime modified, long size) {}

  Tokens(@Nullable Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    if (file == null) {
      log.warn("tokens=none next=deny-every-request advice=\"set fairlead.security.tokens-file\"");
    }
  }

  /**
   * Whose token this is. Compares with every entry, in a time that does not tell how many match.
   */
  public Optional<Caller> find(String token) {
    byte[] hash = sha256(token);
    Caller found = null;
    for (TokenFile.Entry entry : current()) {
      if (MessageDigest.isEqual(hash, entry.sha256())) {
        found = entry.caller();
      }
    }
    return Optional.ofNullable(found);
  }

  private synchronized List<TokenFile.Entry> current() {
    Instant now = clock.instant();
    if (file != null && !now.isBefore(lookAgainAt)) {
      lookAgainAt = now.plus(LOOK_EVERY);
      readIfChanged(file);
    }
    return entries;
  }

  private void readIfChanged(Path tokens) {
    try {
      Version version = new Version(Files.getLastModifiedTime(tokens), Files.size(tokens));
      if (!version.equals(read)) {
        entries = TokenFile.parse(tokens, Files.readString(tokens));
        read = version;
        told = "";
        log.info("tokens=read file={} count={}", tokens, entries.size());
      }
    } catch (IOException e) {
      tell(tokens, e.toString());
    } catch (IllegalArgumentException e) {
      tell(tokens, String.valueOf(e.getMessage()));
    }
  }

  /** Once: a file that cannot be read is tried again every second. */
  private void tell(Path tokens, String reason) {
    if (!reason.equals(told)) {
      told = reason;
      log.error(
          "tokens=unreadable file={} reason=\"{}\" next=keep-{}-known-tokens",
          tokens,
          reason,
          entries.size());
    }
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
