package dev.fairlead.backup.archive;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a database holds besides the rows of its tables, in the snapshot of the dump. */
public record OtherContent(
    LargeObjects largeObjects,
    List<Sequence> sequences,
    List<PartitionedTable> partitionedTables,
    List<MaterializedView> materializedViews) {

  /**
   * @param hash of all of them with their oids, whatever their order; absent where it was not asked
   *     for
   */
  public record LargeObjects(long count, @Nullable String hash) {}

  /**
   * Sequences belong to no snapshot: whoever draws moves them for everybody at once. So there are
   * two readings, and what {@code pg_dump} wrote in between lies between them.
   *
   * @param increment negative for one that counts down
   * @param before {@code pg_dump} began
   * @param after it had ended
   */
  public record Sequence(
      String schema, String sequence, long increment, Position before, Position after) {

    public String qualifiedName() {
      return schema + "." + sequence;
    }

    /**
     * Whether a restored one can be what was dumped. One that went backwards between the readings,
     * because it began anew, may be anywhere.
     */
    public boolean allows(Position found) {
      return order(before, after) > 0 || (order(before, found) <= 0 && order(found, after) <= 0);
    }

    private int order(Position earlier, Position later) {
      int values = Long.compare(earlier.lastValue(), later.lastValue());
      return values == 0
          ? Boolean.compare(earlier.called(), later.called())
          : values * Long.signum(increment);
    }
  }

  /**
   * @param called whether {@code lastValue} was drawn; if not, it is the next one
   */
  public record Position(long lastValue, boolean called) {

    @Override
    public String toString() {
      return called ? Long.toString(lastValue) : lastValue + " (not drawn yet)";
    }
  }

  /**
   * Its rows are those of its partitions, which are tables by themselves.
   *
   * @param partitions of the next level, each with its bounds: {@code public.y2026 FOR VALUES IN
   *     (2026)}
   */
  public record PartitionedTable(String schema, String table, List<String> partitions) {

    public String qualifiedName() {
      return schema + "." + table;
    }
  }

  /**
   * A restore computes its rows anew, so how old they were is not part of a backup.
   *
   * @param populated whether it can be read
   */
  public record MaterializedView(String schema, String view, boolean populated) {

    public String qualifiedName() {
      return schema + "." + view;
    }
  }

  /**
   * One line for each in the order of the fields, fields separated by tabs, each ended by a
   * newline; no hash is written as -.
   */
  String lines() {
    Stream<String> objects =
        Stream.of(line("large objects", largeObjects.count(), text(largeObjects.hash())));
    Stream<String> positions =
        sequences.stream().map(it -> line("sequence", it.qualifiedName(), it.before(), it.after()));
    Stream<String> trees =
        partitionedTables.stream()
            .map(it -> line("partitioned", it.qualifiedName(), it.partitions()));
    Stream<String> views =
        materializedViews.stream().map(it -> line("view", it.qualifiedName(), it.populated()));
    return Stream.of(objects, positions, trees, views)
        .flatMap(lines -> lines)
        .collect(Collectors.joining());
  }

  private static String text(@Nullable String hash) {
    return hash == null ? "-" : hash;
  }

  private static String line(Object... fields) {
    return Stream.of(fields).map(String::valueOf).collect(Collectors.joining("\t", "", "\n"));
  }
}
