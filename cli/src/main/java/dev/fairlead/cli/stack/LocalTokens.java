package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The file with the hashes of tokens that the services of a local stack compare with, read again
 * within a second. The stack's own identities come first; those of people follow, a line each.
 */
record LocalTokens(Path file) {

  private static final String PERSON = "  - {name: ";

  /** Writes the identities of the stack anew; people stay. */
  void writeOwn(String identities) {
    write(identities + text(Files.exists(file) ? people() : List.of()));
  }

  void add(String name, List<String> roles, String token) {
    if (holders().contains(name)) {
      throw new Failure(
          Exit.USAGE,
          "there is a token of %s already".formatted(name),
          "remove it first: fairlead token remove %s; a name stands for one person"
              .formatted(name));
    }
    List<String> lines = new ArrayList<>(lines());
    lines.add("%s%s, roles: %s, sha256: %s}".formatted(PERSON, name, roles, sha256(token)));
    write(text(lines));
  }

  void remove(String name) {
    Predicate<String> theirs = line -> line.startsWith(PERSON + name + ",");
    if (lines().stream().noneMatch(theirs)) {
      throw new Failure(
          Exit.USAGE,
          "there is no token of a person called " + name,
          "these have one: "
              + String.join(", ", people().stream().map(LocalTokens::nameIn).toList()));
    }
    write(text(lines().stream().filter(theirs.negate()).toList()));
  }

  private List<String> holders() {
    return lines().stream()
        .filter(line -> line.contains("name: "))
        .map(LocalTokens::nameIn)
        .toList();
  }

  private static String nameIn(String line) {
    return line.replaceFirst(".*name: ", "").replaceFirst(",.*", "").strip();
  }

  private List<String> people() {
    return lines().stream().filter(line -> line.startsWith(PERSON)).toList();
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new Failure(
          Exit.USAGE,
          "there is no local stack with tokens: %s is missing".formatted(file),
          "start one with: fairlead up",
          e);
    } catch (IOException e) {
      throw new Failure(
          Exit.FAILED, "cannot read %s: %s".formatted(file, e), "correct the file's rights", e);
    }
  }

  private static String text(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private void write(String text) {
    try {
      WholeFile.write(file, text);
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
