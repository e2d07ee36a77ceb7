package dev.fairlead.backup.restore;

import dev.fairlead.backup.postgres.PostgresProgram;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What {@code pg_restore} reads. It ends when it has all that it wants, of a single table long
 * before the archive ends. Where it failed that is the cause, and that it takes no more is only
 * what follows.
 */
final class ProgramInput extends OutputStream {

  private final PostgresProgram program;
  private final OutputStream input;
  private final boolean takesRest;
  private boolean ended;

  private ProgramInput(PostgresProgram program, boolean takesRest) {
    this.program = program;
    this.input = program.input();
    this.takesRest = takesRest;
  }

  /** Takes what comes after the end of the program as well, since all of it has to be read. */
  static ProgramInput toTheLastByte(PostgresProgram program) {
    return new ProgramInput(program, true);
  }

  /** Throws an {@link IOException} when the program has enough. */
  static ProgramInput toItsEnd(PostgresProgram program) {
    return new ProgramInput(program, false);
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (!ended) {
      try {
        input.write(source, offset, length);
      } catch (IOException e) {
        requireSuccess(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      input.close();
    } catch (IOException e) {
      requireSuccess(e);
    }
  }

  /**
   * @throws dev.fairlead.backup.BackupFailure when the program failed
   */
  private void requireSuccess(IOException e) throws IOException {
    if (!program.hasEnded()) {
      throw e;
    }
    program.requireSuccess();
    ended = true;
    if (!takesRest) {
      throw e;
    }
  }
}
