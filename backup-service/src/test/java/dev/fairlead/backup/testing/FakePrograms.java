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
    Path programs = Files.createTempDirectory(folder, "programs");
    add(programs, "pg_dump", version, script);
    return programs;
  }

  /** Another one in the same folder. */
  public static void add(Path programs, String name, String script) throws IOException {
    add(programs, name, "99.1", script);
  }

  private static void add(Path programs, String name, String version, String script)
      throws IOException {
    Path real = Neighbours.find(name).orElseThrow();
    Path program = programs.resolve(name);
    Files.writeString(
        program,
        """
        #!/bin/sh
        REAL=%s
        PSQL=%s
        if [ "$1" = --version ]; then echo '%s (PostgreSQL) %s'; exit 0; fi
        %s
        """
            .formatted(real, real.resolveSibling("psql"), name, version, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
