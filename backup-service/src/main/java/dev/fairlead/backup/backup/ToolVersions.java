package dev.fairlead.backup.backup;

import com.github.luben.zstd.util.ZstdVersion;
import java.util.Objects;

/** What made an archive, besides pg_dump. */
final class ToolVersions {

  static final String ZSTD = "zstd " + ZstdVersion.VERSION;
  static final String AGE = "age-encryption.org/v1 X25519";
  static final String FAIRLEAD =
      "fairlead "
          + Objects.requireNonNullElse(
              ToolVersions.class.getPackage().getImplementationVersion(), "development");

  private ToolVersions() {}
}
