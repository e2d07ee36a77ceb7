package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file with the hashes of tokens that the services of a local stack compare with, read again
 * within a second. The stack's own identities come first; those of people follow, whoever wrote
 * them.
 */
record LocalTokens(Path file) {

  /** Within a process; between processes a lock on a file does. */
  private static final Object CHANGING = new Object();

  /** Writes the identities of the stack anew; people stay. */
  void writeOwn(String identities) {
    alone(
        () -> {
          List<TokenEntry> all = new ArrayList<>(TokenEntry.in(identities.lines().toList()));
          if (Files.exists(file)) {
            all.addAll(people());
          }
          write(all);
        });
  }

  void add(String name, List<String> roles, String token) {
    requireStack();
    alone(
        () -> {
          List<TokenEntry> all = new ArrayList<>(entries());
          if (all.stream().anyMatch(entry -> entry.name().equals(name))) {
            throw new Failure(
                Exit.USAGE,
                "there is a token of %s already".formatted(name),
                "remove it first: fairlead token remove %s; a name stands for one person"
                    .formatted(name));
          }
          String line = "  - {name: %s, roles: %s, sha256: %s}";
          all.add(new TokenEntry(name, List.of(line.formatted(name, roles, sha256(token)))));
          write(all);
        });
  }

  void remove(String name) {
    requireStack();
    alone(
        () -> {
          List<TokenEntry> people = people();
          if (people.stream().noneMatch(entry -> entry.name().equals(name))) {
            throw new Failure(
                Exit.USAGE,
                "there is no token of a person called " + name,
                "these have one: "
                    + String.join(", ", people.stream().map(TokenEntry::name).toList()));
          }
          write(entries().stream().filter(entry -> !entry.name().equals(name)).toList());
        });
  }

  private List<TokenEntry> people() {
    return entries().stream().filter(entry -> !StackSecrets.isIdentity(entry.name())).toList();
  }

  private List<TokenEntry> entries() {
    return TokenEntry.in(lines());
  }

  /** Two changes at once would forget one of them, and a token that was taken back would count. */
  private void alone(Runnable change) {
    synchronized (CHANGING) {
      try (FileChannel channel =
              FileChannel.open(
                  file.resolveSibling("tokens.lock"),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                  SecretFile.OWNER_ONLY);
          FileLock _ = channel.lock()) {
        change.run();
      } catch (IOException e) {
        throw new Failure(
            Exit.FAILED,
            "cannot lock %s: %s".formatted(file, e),
            "free disk space or correct the folder's rights",
            e);
      }
    }
  }

  private void requireStack() {
    if (Files.notExists(file)) {
      throw new Failure(
          Exit.USAGE,
          "there is no local stack with tokens: %s is missing".formatted(file),
          "start one with: fairlead up");
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot read %s: %s".formatted(file, e), "correct the file's rights", e);
    }
  }

  private void write(List<TokenEntry> entries) {
    try {
      WholeFile.write(
          file,
          Stream.concat(
                  Stream.of("tokens:"), entries.stream().flatMap(entry -> entry.lines().stream()))
              .collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "free disk space or correct the folder's rights",
          e);
    }
  }

  static String sha256(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
