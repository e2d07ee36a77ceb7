package dev.fairlead.backup.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifests as the readable JSON that is stored. What a later version wrote into one stays in it,
 * in its order, wherever this version writes it again: else its signature would not fit any more.
 */
public final class ManifestJson {

  /** Beside the fields of a manifest in the catalogue, which keeps no order of fields. */
  private static final String AS_READ = "asRead";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private static final JsonMapper COMPACT =
      MAPPER.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  private ManifestJson() {}

  /** The same bytes for the same manifest, whatever its signature. */
  static byte[] signable(Manifest manifest) {
    if (manifest.asRead() == null) {
      return COMPACT.writeValueAsBytes(manifest.withSignature(null));
    }
    JsonNode tree = COMPACT.readTree(manifest.asRead());
    ((ObjectNode) tree).remove("signature");
    return COMPACT.writeValueAsBytes(tree);
  }

  public static byte[] write(Manifest manifest) {
    return manifest.asRead() == null
        ? MAPPER.writeValueAsBytes(manifest)
        : MAPPER.writeValueAsBytes(MAPPER.readTree(manifest.asRead()));
  }

  /**
   * @throws IOException when these are not the bytes of a manifest of this format
   */
  public static Manifest read(InputStream stream) throws IOException {
    byte[] bytes = stream.readAllBytes();
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      Manifest manifest = MAPPER.treeToValue(tree, Manifest.class);
      if (manifest == null || !Manifest.FORMAT.equals(manifest.format())) {
        throw new IOException("not a manifest of format " + Manifest.FORMAT);
      }
      return manifest.withAsRead(
          saysMore(tree, manifest) ? COMPACT.writeValueAsString(tree) : null);
    } catch (JacksonException e) {
      throw new IOException("not a manifest: " + e.getOriginalMessage(), e);
    }
  }

  /** Whatever the order of its fields. */
  private static boolean saysMore(JsonNode tree, Manifest manifest) {
    Manifest known = manifest.withAsRead(null);
    return !COMPACT.readTree(COMPACT.writeValueAsBytes(known)).equals(tree);
  }

  /** Its fields, and beside them the whole as text, which keeps the order that is signed. */
  public static String forCatalogue(Manifest manifest) {
    ObjectNode fields = COMPACT.valueToTree(manifest);
    String whole = manifest.asRead();
    fields.put(AS_READ, whole == null ? COMPACT.writeValueAsString(manifest) : whole);
    return COMPACT.writeValueAsString(fields);
  }

  /**
   * What {@link #forCatalogue} made, by this version or another. Without the whole, what this
   * version does not know has lost its order, or was never kept: then only what it knows is told.
   */
  public static Manifest fromCatalogue(String json) {
    JsonNode whole = COMPACT.readTree(json).path(AS_READ);
    try {
      return whole.isString() ? read(whole.asString()) : read(json).withAsRead(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Manifest read(String json) throws IOException {
    return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }
}
