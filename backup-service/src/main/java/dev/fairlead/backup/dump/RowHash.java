package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the rows of a table become one text, on the server, whatever their order. A manifest's hashes
 * say themselves which way it was.
 */
public enum RowHash {
  /** Of the text of each row; what manifests have that were written before there was the other. */
  OF_ROW_TEXT("", "coalesce(sum(hash), 0) || ':' || coalesce(bit_xor(hash), 0)") {
    @Override
    String ofRow(List<Column> columns) {
      return "hashtextextended((fairlead_row.*)::text, 0)";
    }

    @Override
    String ofPiece(String... numbersAndBytes) {
      return "hashtextextended(row(%s)::text, 0)".formatted(String.join(", ", numbersAndBytes));
    }
  },

  /**
   * Of each column, with a seed of its own, mixed at the end; summed up, so that rows that occur
   * twice count twice. It costs a fifth of the other, since most values are hashed as they are
   * stored and only once. Values whose own hash overlooks something are hashed as text;
   * docs/adr/0027 names them.
   */
  OF_COLUMNS("columns:", "'columns:' || coalesce(sum(hash), 0)") {
    @Override
    String ofRow(List<Column> columns) {
      List<String> terms = new ArrayList<>();
      List<String> others = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        Column column = columns.get(i);
        column.hash(i + 1).ifPresentOrElse(terms::add, () -> others.add(column.reference()));
      }
      if (!others.isEmpty()) {
        terms.add("hashtextextended(row(%s)::text, 0)".formatted(String.join(", ", others)));
      }
      return terms.isEmpty() ? "0" : "hashint4extended(0, %s)".formatted(String.join(" # ", terms));
    }

    @Override
    String ofPiece(String... numbersAndBytes) {
      return "hash_record_extended(row(%s), 0)".formatted(String.join(", ", numbersAndBytes));
    }
  };

  /** {@code hash_record_extended}, by which bytea is hashed, came with it. */
  private static final int FIRST_WITH_RECORDS = 140_000;

  private final String prefix;
  private final String ofTable;

  RowHash(String prefix, String ofTable) {
    this.prefix = prefix;
    this.ofTable = ofTable;
  }

  /** An SQL expression over the row {@code fairlead_row}: a bigint, never null. */
  abstract String ofRow(List<Column> columns);

  /**
   * An SQL expression over whole numbers and bytes, which are hashed as they are: a bigint.
   *
   * @param numbersAndBytes expressions of type oid, int4 or bytea, none of them null
   */
  abstract String ofPiece(String... numbersAndBytes);

  /** An SQL expression over the {@code hash} of every row. */
  String ofTable() {
    return ofTable;
  }

  /**
   * The way for a new backup.
   *
   * @param serverVersion as {@code server_version_num} says it
   */
  static RowHash forServer(int serverVersion) {
    return serverVersion >= FIRST_WITH_RECORDS ? OF_COLUMNS : OF_ROW_TEXT;
  }

  /** The way in which these were hashed; empty when they were only counted. */
  public static Optional<RowHash> of(List<TableContent> contents) {
    return contents.stream()
        .map(TableContent::hash)
        .filter(Objects::nonNull)
        .findFirst()
        .map(RowHash::of);
  }

  /** The way in which this one was computed. */
  static RowHash of(String hash) {
    return hash.startsWith(OF_COLUMNS.prefix) ? OF_COLUMNS : OF_ROW_TEXT;
  }

  /**
   * @param type a name in pg_catalog; any other string for types of other schemas
   * @param lengthGiven whether its declaration has one, such as {@code char(8)}
   */
  record Column(String name, String type, boolean lengthGiven) {

    String reference() {
      return "fairlead_row." + Identifiers.quoted(name);
    }

    /** Empty for a type that is hashed within the text of a row. */
    Optional<String> hash(int seed) {
      String pattern =
          switch (type) {
            case "int2" -> "hashint2extended(%1$s, %2$d)";
            case "int4" -> "hashint4extended(%1$s, %2$d)";
            // Its hash folds the halves of the number into one; the seed keeps them apart.
            case "int8" -> "hashint8extended(%1$s, %1$s # %2$d)";
            case "oid" -> "hashoidextended(%1$s, %2$d)";
            case "bool" -> "hashint4extended(%1$s::int4, %2$d)";
            case "uuid" -> "uuid_hash_extended(%1$s, %2$d)";
            case "text", "varchar" -> "hashtextextended(%1$s collate \"C\", %2$d)";
            case "bpchar" -> lengthGiven ? "hashbpcharextended(%1$s collate \"C\", %2$d)" : "";
            case "bytea" -> "hash_record_extended(row(%1$s), %2$d)";
            case "json", "jsonb", "numeric", "float4", "float8", "date", "time", "timetz" ->
                "hashtextextended(%1$s::text, %2$d)";
            case "timestamp", "timestamptz", "interval" -> "hashtextextended(%1$s::text, %2$d)";
            default -> "";
          };
      return Optional.of(pattern)
          .filter(known -> !known.isEmpty())
          .map(known -> "coalesce(%s, %d)".formatted(known.formatted(reference(), seed), seed));
    }
  }
}
