package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Of a single table the rows come back")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@InSecondLane
class TableSelectionTest {

  private static final List<String> TABLES =
      List.of(
          "public.orders",
          "public.\"orders x\"",
          "public.\"x FK CONSTRAINT y\"",
          "public.\"y BLOB z\"",
          "public.\"two\nlines\"",
          "\"a.b\".c",
          "a.\"b.c\"",
          "\"DATA\".t",
          "\"DATA\".\"public orders\"");

  private SourceDatabase source;
  private Workshop workshop;
  private Manifest manifest;

  @BeforeAll
  void backUp(@TempDir Path folder) {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.createInSecondLane("chosen");
    workshop = new Workshop(new DiskStore("disk", folder));
    for (String schema : List.of("\"a.b\"", "a", "\"DATA\"")) {
      source.sql("create schema " + schema);
    }
    for (String table : TABLES) {
      source.sql("create table %s (id int primary key)".formatted(table));
      source.sql("insert into %s values (1)".formatted(table));
    }
    source.sql("create table items (id int references public.\"x FK CONSTRAINT y\")");
    source.sql("insert into items values (1)");
    source.sql("create table parts (id int) partition by range (id)");
    source.sql("create table \"parts 1\" partition of parts for values from (0) to (10)");
    source.sql("create table \"parts rest\" partition of parts default partition by list (id)");
    source.sql("create table \"parts 20\" partition of \"parts rest\" for values in (20)");
    source.sql("insert into parts values (1), (20)");
    source.sql("select lo_from_bytea(4711, 'secret'); grant select on large object 4711 to public");
    manifest = workshop.backUp(source.access());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          public.orders              | public.orders
          public.orders x            | public.orders x
          public."orders x"          | public.orders x
          public.x FK CONSTRAINT y   | public.x FK CONSTRAINT y
          public.y BLOB z            | public.y BLOB z
          "a.b".c                    | a.b.c
          DATA.t                     | DATA.t
          DATA.public orders         | DATA.public orders
          public.parts               | public.parts 1, public.parts 20
          public."parts rest"        | public.parts 20
          """)
  @DisplayName("whatever its name, of its partitions if it has some, and of no other")
  void byName(String table, String expected) {
    String copy = "%s_%08x".formatted(source.name(), table.hashCode());

    workshop.restoreTable(manifest, source.access(), copy, table);

    assertThat(filled(copy)).containsExactlyInAnyOrder(expected.split(", "));
  }

  private Set<String> filled(String database) {
    Set<String> filled = new TreeSet<>();
    for (TableContent table : manifest.tables()) {
      String name = Identifiers.quoted(table.schema()) + "." + Identifiers.quoted(table.table());
      if (source
          .query(database, "select exists (select from only %s)::text".formatted(name))
          .contains("true")) {
        filled.add(table.qualifiedName());
      }
    }
    return filled;
  }

  @Test
  @DisplayName("only where it is clear which one is meant")
  void ambiguous() {
    assertThatThrownBy(() -> ChosenTables.of("a.b.c", manifest))
        .isInstanceOfSatisfying(
            BackupFailure.class,
            e -> assertThat(e.advice()).contains("\"a.b\".\"c\"").contains("\"a\".\"b.c\""))
        .hasMessageContaining("2 tables that are written a.b.c");
    assertThatThrownBy(() -> workshop.restoreTable(manifest, source.access(), "none", "public.no"))
        .hasMessageContaining("has no table public.no");
    assertThat(source.query("postgres", "select datname from pg_database")).doesNotContain("none");
  }

  @Test
  @DisplayName("or none, where the archive does not tell which rows are whose")
  void listIsAmbiguous() {
    String owner = source.role();
    ChosenTables orders = ChosenTables.of("public.orders", manifest);

    assertThat(TableSelection.selected(orders, manifest, list("orders " + owner)))
        .isEqualTo(list("orders " + owner));
    assertThat(
            TableSelection.selected(
                orders, manifest, list("orders " + owner) + list("orders x " + owner)))
        .isEqualTo(list("orders " + owner));
    assertThatThrownBy(() -> TableSelection.selected(orders, manifest, list("orders x " + owner)))
        .hasMessageContaining("does not have the rows of table public.orders once");
    assertThatThrownBy(
            () ->
                TableSelection.selected(
                    orders, manifest, list("orders " + owner) + list("orders " + owner)))
        .hasMessageContaining("does not have the rows of table public.orders once");
  }

  private static String list(String nameAndOwner) {
    return "3350; 0 16386 TABLE DATA public %s\n".formatted(nameAndOwner);
  }
}
