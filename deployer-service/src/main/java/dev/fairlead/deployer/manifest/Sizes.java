package dev.fairlead.deployer.manifest;

import java.util.function.Function;
import org.springframework.util.unit.DataSize;

/** Sizes as people write them; each unit is 1024 times the one before. */
final class Sizes {

  private static final long UNIT = 1024;

  private Sizes() {}

  static Function<String, DataSize> between(DataSize least, DataSize most) {
    return text -> {
      DataSize size = Scalars.size(text);
      if (size.compareTo(least) < 0 || size.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            "'%s' is out of range; expected %s to %s"
                .formatted(text, written(least), written(most)));
      }
      return size;
    };
  }

  /** The shortest way to write whole kilobytes: the inverse of parsing. */
  static String written(DataSize size) {
    long kilobytes = size.toKilobytes();
    if (kilobytes % UNIT != 0) {
      return kilobytes + "KB";
    }
    long megabytes = kilobytes / UNIT;
    return megabytes % UNIT != 0 ? megabytes + "MB" : megabytes / UNIT + "GB";
  }
}
