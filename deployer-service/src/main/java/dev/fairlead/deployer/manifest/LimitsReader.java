package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.runtime.Limits;
import org.springframework.util.unit.DataSize;

/** {@code limits}: how much each container may use. */
final class LimitsReader {

  /** The least that an engine accepts. */
  private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(6);

  private static final DataSize LEAST_TMP = DataSize.ofMegabytes(1);
  private static final DataSize MOST = DataSize.ofGigabytes(4096);

  private LimitsReader() {}

  static Limits read(Section section) {
    DataSize memory =
        section.or(
            "memory",
            Sizes.between(LEAST_MEMORY, MOST),
            DataSize.ofBytes(Limits.DEFAULT.memoryBytes()));
    DataSize tmp =
        section.or(
            "tmp", Sizes.between(LEAST_TMP, MOST), DataSize.ofBytes(Limits.DEFAULT.tmpBytes()));
    if (section.has("tmp") && tmp.compareTo(memory) > 0) {
      section.violate(
          "tmp",
          "%s is more than the memory of %s, as part of which it counts"
              .formatted(Sizes.written(tmp), Sizes.written(memory)));
    }
    Limits limits =
        new Limits(
            memory.toBytes(),
            section.or("processors", Scalars::processors, Limits.DEFAULT.cpus()),
            section.or("processes", Scalars.number(1, 1_000_000), Limits.DEFAULT.processes()),
            tmp.toBytes());
    section.end();
    return limits;
  }
}
