package dev.fairlead.backup.testing;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder with a {@code pg_dump} that does what a script says; the real one is {@code $REAL}. */
public final class FakePrograms {

  private FakePrograms() {}

  /** One that claims to be newer than any server. */
  public static Path pgDump(Path folder, String script) throws IOException {
    return pgDump(folder, "99.1", script);
  }

  public static Path pgDump(Path folder, String version, String script) throws IOException {
    Path real = Neighbours.find("pg_dump").orElseThrow();
    Path program = Files.createTempDirectory(folder, "programs").resolve("pg_dump");
    Files.writeString(
        program,
        """
        #!/bin/sh
        REAL=%s
        PSQL=%s
        if [ "$1" = --version ]; then echo 'pg_dump (PostgreSQL) %s'; exit 0; fi
        %s
        """
            .formatted(real, real.resolveSibling("psql"), version, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program.resolveSibling("");
  }
}
