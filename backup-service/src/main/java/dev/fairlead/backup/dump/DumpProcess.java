package dev.fairlead.backup.dump;

import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresProgram;
import dev.fairlead.backup.postgres.PostgresPrograms;
import java.io.InputStream;
import java.util.List;

/** A running {@code pg_dump} that joined a snapshot and writes the custom format, uncompressed. */
public final class DumpProcess implements AutoCloseable {

  private static final int LOCK_WAIT_MILLIS = 2_000;

  private final PostgresProgram program;
  private final FollowedDump output;

  private DumpProcess(PostgresProgram program) {
    this.program = program;
    this.output = new FollowedDump(program.output());
  }

  public static DumpProcess start(
      PostgresPrograms programs, DatabaseAccess access, String snapshot, String purpose) {
    return new DumpProcess(
        PostgresProgram.start(
            List.of(
                programs.pgDump(),
                "--format=custom",
                "--compress=0",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=" + LOCK_WAIT_MILLIS,
                "--no-password",
                "--username=" + access.username(),
                "--dbname=" + access.name()),
            access,
            purpose));
  }

  public InputStream output() {
    return output;
  }

  /**
   * @throws dev.fairlead.backup.BackupFailure unless it ended by itself with exit code 0
   */
  public void requireSuccess() {
    program.requireSuccess();
  }

  /**
   * @throws dev.fairlead.backup.BackupFailure unless all that was read of the output is a dump with
   *     an end
   */
  public void requireWhole() {
    output.requireWhole();
  }

  /** All it remarked, secrets included, and went on; known once it has ended with success. */
  public String said() {
    return program.lastWords();
  }

  public void kill() {
    program.close();
  }

  @Override
  public void close() {
    program.close();
  }
}
