package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A dump is followed to its end")
@InSecondLane
class DumpWalkTest {

  @Test
  @DisplayName("and only the whole of what pg_dump writes has one, wherever it is cut")
  void everyPrefix() throws Exception {
    byte[] dump = dumpWithLargeObjects();
    DumpWalk walk = new DumpWalk();

    for (int at = 0; at < dump.length; at++) {
      assertThat(failure(walk)).as("%d of %d bytes", at, dump.length).isNotNull();
      walk.accept(dump, at, 1);
    }

    assertThatCode(walk::requireWhole).doesNotThrowAnyException();
    walk.accept(new byte[] {0}, 0, 1);
    assertThat(failure(walk)).as("a byte more").isNotNull();
  }

  @Test
  @DisplayName("however its bytes come in")
  void pieces() throws Exception {
    byte[] dump = dumpWithLargeObjects();
    Random random = new Random(1);
    DumpWalk walk = new DumpWalk();

    for (int at = 0; at < dump.length; ) {
      int length = Math.min(dump.length - at, 1 + random.nextInt(5_000));
      walk.accept(dump, at, length);
      at += length;
    }

    assertThatCode(walk::requireWhole).doesNotThrowAnyException();
  }

  private static byte[] dumpWithLargeObjects() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.createInSecondLane("walked").withOrders(300);
    source.sql("select lo_from_bytea(0, decode(repeat('ab', 40000), 'hex'))");
    source.sql("select lo_from_bytea(0, '')");
    PostgresPrograms programs = Workshop.serverPrograms();
    try (Snapshot snapshot = Snapshot.take(source.access(), "walk", Duration.ofMinutes(1));
        DumpProcess dump = DumpProcess.start(programs, source.access(), snapshot.id(), "walk")) {
      byte[] bytes = dump.output().readAllBytes();
      dump.requireSuccess();
      dump.requireWhole();
      return bytes;
    }
  }

  @ParameterizedTest(name = "1.{0}")
  @ValueSource(ints = {12, 13, 14, 15, 16})
  @DisplayName("in every layout from PostgreSQL 10 to 18")
  void layouts(int minor) {
    byte[] dump = archive(minor);
    DumpWalk walk = new DumpWalk();

    for (int at = 0; at < dump.length; at++) {
      assertThat(failure(walk)).as("%d of %d bytes", at, dump.length).isNotNull();
      walk.accept(dump, at, 1);
    }

    assertThatCode(walk::requireWhole).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("and one of a layout that is not known is refused, since its end cannot be told")
  void unknownLayout() {
    DumpWalk walk = new DumpWalk();
    byte[] dump = archive(17);
    walk.accept(dump, 0, dump.length);

    assertThat(failure(walk).reason()).isEqualTo(BackupFailureReason.TOOL_MISMATCH);
    assertThat(failure(walk).sentence()).contains("1.17", "expected 1.12 to 1.16");
  }

  @Test
  @DisplayName("and data that nobody announced, or that comes twice, is none of it")
  void strangeData() {
    Archive twice = new Archive(14);
    twice.header();
    twice.number(1);
    twice.entry(3, true);
    twice.data(3, "a row");
    twice.data(3, "a row");
    DumpWalk walk = new DumpWalk();
    walk.accept(twice.bytes(), 0, twice.bytes().length);

    assertThat(failure(walk).detail()).contains("do not fit together");
  }

  private static BackupFailure failure(DumpWalk walk) {
    return catchThrowableOfType(BackupFailure.class, walk::requireWhole);
  }

  private static byte[] archive(int minor) {
    Archive archive = new Archive(minor);
    archive.header();
    archive.number(3);
    archive.entry(1, false);
    archive.entry(2, true);
    archive.entry(3, true);
    archive.data(2, "first row", "second row");
    archive.largeObject(3, "content");
    return archive.bytes();
  }

  /** As pg_backup_archiver.c writes one. */
  private static final class Archive {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int minor;

    Archive(int minor) {
      this.minor = minor;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    void header() {
      out.writeBytes("PGDMP".getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(new byte[] {1, (byte) minor, 0, 4, 8, 1});
      if (minor >= 15) {
        out.write(0);
      } else {
        number(0);
      }
      for (int date = 0; date < 7; date++) {
        number(date);
      }
      text("orders");
      text("17.2");
      text("17.2");
    }

    void entry(int id, boolean data) {
      number(id);
      number(data ? 1 : 0);
      text("1259");
      text("16384");
      text("orders");
      text("TABLE");
      number(2);
      text("CREATE TABLE orders (id int)");
      text("DROP TABLE orders");
      text(null);
      text("public");
      text("");
      if (minor >= 14) {
        text("heap");
      }
      if (minor >= 16) {
        number('r');
      }
      text("owner");
      text("false");
      text("1");
      text("2");
      text(null);
      out.write(data ? 1 : 3);
      out.writeBytes(new byte[8]);
    }

    void data(int id, String... rows) {
      out.write(1);
      number(id);
      for (String row : rows) {
        text(row);
      }
      number(0);
    }

    void largeObject(int id, String content) {
      out.write(3);
      number(id);
      number(0x90000000);
      text(content);
      number(0);
      number(0);
    }

    void number(int value) {
      out.write(value < 0 ? 1 : 0);
      int rest = Math.abs(value);
      for (int i = 0; i < 4; i++) {
        out.write(rest >> (8 * i));
      }
    }

    void text(@Nullable String text) {
      byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
      number(text == null ? -1 : bytes.length);
      out.writeBytes(bytes);
    }
  }
}
