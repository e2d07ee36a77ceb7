package dev.fairlead.backup.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** Manifests as the readable JSON that is stored. */
public final class ManifestJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private static final JsonMapper COMPACT =
      MAPPER.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  private ManifestJson() {}

  /** The same bytes for the same manifest, whatever its signature. */
  static byte[] signable(Manifest manifest) {
    return COMPACT.writeValueAsBytes(manifest.withSignature(null));
  }

  public static byte[] write(Manifest manifest) {
    return MAPPER.writeValueAsBytes(manifest);
  }

  /**
   * @throws IOException when these are not the bytes of a manifest of this format
   */
  public static Manifest read(InputStream stream) throws IOException {
    byte[] bytes = stream.readAllBytes();
    try {
      Manifest manifest = MAPPER.readValue(bytes, Manifest.class);
      if (manifest == null || !Manifest.FORMAT.equals(manifest.format())) {
        throw new IOException("not a manifest of format " + Manifest.FORMAT);
      }
      return manifest;
    } catch (JacksonException e) {
      throw new IOException("not a manifest: " + e.getOriginalMessage(), e);
    }
  }
}
