package dev.fairlead.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the keeper tells {@code status}: one small file for each member that has died. */
final class KeeperNotes {

  private static final String GIVEN_UP = "given-up";

  /**
   * @param deaths in the last quarter of an hour, as of the last one
   */
  record Note(int deaths, boolean givenUp) {

    static final Note NONE = new Note(0, false);
  }

  private final Path folder;

  KeeperNotes(StackHome home) {
    this.folder = home.run();
  }

  /** A disk that is full must not stop the keeper: then there is no note. */
  void write(Member member, Upkeep upkeep) {
    try {
      Files.writeString(
          file(member), upkeep.deaths().size() + " " + (upkeep.givenUp() ? GIVEN_UP : "kept"));
    } catch (IOException e) {
      System.err.println("cannot write " + file(member) + ": " + e.getMessage());
    }
  }

  Note of(Member member) {
    try {
      String[] words = Files.readString(file(member)).strip().split(" ");
      return words.length == 2 && words[0].matches("\\d{1,4}")
          ? new Note(Integer.parseInt(words[0]), words[1].equals(GIVEN_UP))
          : Note.NONE;
    } catch (IOException e) {
      return Note.NONE;
    }
  }

  void forget() {
    try {
      for (Member member : Member.values()) {
        Files.deleteIfExists(file(member));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete in " + folder, e);
    }
  }

  private Path file(Member member) {
    return folder.resolve(member.text() + ".deaths");
  }
}
