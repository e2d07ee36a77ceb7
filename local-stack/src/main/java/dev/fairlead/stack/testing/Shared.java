package dev.fairlead.stack.testing;

import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One broker and one database server for all tests of a JVM, started at first use and gone at its
 * end. A test that kills its neighbour starts one of its own instead.
 */
public final class Shared {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private static @Nullable Path folder;
  private static @Nullable KafkaBroker kafka;
  private static @Nullable PostgresServer postgres;
  private static @Nullable PostgresServer secondPostgres;

  private Shared() {}

  public static synchronized KafkaBroker kafka() {
    if (kafka == null) {
      kafka = KafkaBroker.start(folder().resolve("kafka"), Ports.free());
    }
    return kafka;
  }

  public static synchronized PostgresServer postgres() {
    if (postgres == null) {
      postgres = PostgresServer.start(folder().resolve("postgres"), Ports.free());
    }
    return postgres;
  }

  /**
   * Another server for the classes that are {@link InSecondLane}: the tests beside them may lock,
   * count or alter what belongs to the whole of theirs.
   */
  public static synchronized PostgresServer secondPostgres() {
    if (secondPostgres == null) {
      secondPostgres = PostgresServer.start(folder().resolve("second-postgres"), Ports.free());
    }
    return secondPostgres;
  }

  /** An empty database that nobody else uses. */
  public static Database freshDatabase() {
    String name = "test_%d".formatted(DATABASES.incrementAndGet());
    return database(name);
  }

  /** An empty database whose name says which test it belongs to. */
  public static Database freshDatabase(String purpose) {
    String words = purpose.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return database("%s_%d".formatted(words, DATABASES.incrementAndGet()));
  }

  private static Database database(String name) {
    PostgresServer server = postgres();
    return new Database(name, server.createDatabase(name), server.user(), server.password());
  }

  /** How to reach a database; {@code user} is the server's superuser. */
  public record Database(String name, String jdbcUrl, String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
      return jdbcUrl;
    }
  }

  private static Path folder() {
    if (folder == null) {
      try {
        Path made = Files.createTempDirectory("fairlead-test-");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx--x--x"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(made), "stop shared neighbours"));
        folder = made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }

  /**
   * The files are left to a program that goes on when this JVM has ended: a server of many tests
   * has a hundred thousand.
   */
  private static void end(Path made) {
    if (kafka != null) {
      kafka.kill();
    }
    if (postgres != null) {
      postgres.kill();
    }
    if (secondPostgres != null) {
      secondPostgres.kill();
    }
    try {
      new ProcessBuilder("rm", "-rf", made.toString())
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
    } catch (IOException _) {
      System.err.println("left behind: " + made);
    }
  }
}
