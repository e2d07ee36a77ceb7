package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("A manifest")
class ManifestTest {

  private static final String LATER = "manifest-of-later-version.json";
  private static final String OLD = "manifest-before-classes.json";

  @Test
  @DisplayName("of an earlier version can still be read, and its signature still fits")
  void earlier() throws IOException {
    Manifest manifest = read(text(OLD));

    assertThat(manifest.retentionClass()).isNull();
    assertThat(manifest.otherContent()).isNull();
    assertThat(manifest.rows()).isEqualTo(1_003);
    assertThat(ManifestSignature.fits(manifest, TrustedKey.parse(text("manifest-key.pem"))))
        .isTrue();
    assertThat(manifest.contentsSha256())
        .isEqualTo("24647e39fb812014f6089824d4369f1be078df648f6054945958f3758974f561");
  }

  @Test
  @DisplayName("whose class or content was changed is not what was signed")
  void changed() throws IOException {
    String unsigned =
        text(OLD)
            .replace(
                "\"tools\"",
                """
                "retentionClass" : "release",
                "otherContent" : {
                  "largeObjects" : {"count" : 1, "hash" : "columns:1"},
                  "sequences" : [],
                  "partitionedTables" : [],
                  "materializedViews" : []
                },
                "tools"\
                """);
    StatementKey key = StatementKey.parse(StatementKey.generate());
    Manifest signed = ManifestSignature.signed(read(unsigned), key);
    String written = new String(ManifestJson.write(signed), StandardCharsets.UTF_8);

    assertThat(ManifestSignature.isOurs(read(written), key)).isTrue();
    assertThat(read(written).retentionClass()).isEqualTo(RetentionClass.RELEASE);
    assertThat(signed.contentsSha256()).isNotEqualTo(read(text(OLD)).contentsSha256());
    assertThat(isOurs(written.replace("\"release\"", "\"scheduled\""), key)).isFalse();
    assertThat(isOurs(written.replace("\"count\" : 1", "\"count\" : 2"), key)).isFalse();
    assertThat(ManifestSignature.claimedKey(signed)).contains(key.id());
  }

  /** Made as a later version would: with fields and a class that this one does not know. */
  @Test
  @DisplayName("of a later version still fits, wherever this version keeps or copies it")
  void laterStillFits() throws IOException {
    TrustedKey key = TrustedKey.parse(text("manifest-of-later-version-key.pem"));
    Manifest later = read(text(LATER));
    Manifest copied = read(new String(ManifestJson.write(later), StandardCharsets.UTF_8));
    Manifest kept = ManifestJson.fromCatalogue(reordered(ManifestJson.forCatalogue(later)));

    assertThat(List.of(later, copied, kept))
        .allMatch(manifest -> ManifestSignature.fits(manifest, key))
        .allMatch(later::equals);
    assertThat(ManifestJson.write(later)).asString().contains("\"tablespace\" : \"fast\"");
    assertThat(text(LATER)).contains("\"wind\"");
    for (String forged :
        List.of(
            text(LATER).replace("\"west\"", "\"east\""),
            text(LATER).replace("\"orders_app\"", "\"postgres\""),
            text(LATER).replace("\"weather\"", "\"whether\""),
            hiding(text(LATER)))) {
      assertThat(ManifestSignature.fits(read(forged), key)).isFalse();
    }
  }

  /** As a later version, or an earlier one, keeps a manifest that has a field of its own. */
  @Test
  @DisplayName("is what a catalogue knows of it, where that has kept only a part")
  void keptInPart() throws IOException {
    Manifest later = read(text(LATER));
    Manifest part = ManifestJson.fromCatalogue(reordered(text(LATER)));

    assertThat(part.isSaidBy(later)).isTrue();
    assertThat(part.isSaidBy(read(text(LATER).replace("\"orders_app\"", "\"postgres\""))))
        .isFalse();
    assertThat(later.isSaidBy(part)).as("a part is not the whole").isFalse();
  }

  /** So that every version finds the order again in which it was signed. */
  @Test
  @DisplayName("is kept whole in the catalogue, also when this version knows all of it")
  void keptWhole() throws IOException {
    Manifest known = read(text(OLD));
    String row = ManifestJson.forCatalogue(known);

    assertThat(JsonMapper.shared().readTree(row).path("asRead").asString())
        .isEqualTo(JsonMapper.shared().readTree(ManifestJson.write(known)).toString());
    assertThat(ManifestJson.fromCatalogue(reordered(row))).isEqualTo(known);
  }

  /** Says one thing, and another where only the catalogue looks. */
  private static String hiding(String genuine) {
    ObjectNode forged = (ObjectNode) JsonMapper.shared().readTree(genuine);
    forged.put("asRead", genuine);
    forged.put("database", "orders/production/other");
    return forged.toString();
  }

  /** As jsonb does it. */
  private static String reordered(String json) {
    return JsonMapper.builder()
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .build()
        .writeValueAsString(JsonMapper.shared().readValue(json, TreeMap.class));
  }

  @Test
  @DisplayName("of a later version with a class that is not known here can be read")
  void later() throws IOException {
    String later = text(OLD).replace("\"tools\"", "\"retentionClass\" : \"for-audits\", \"tools\"");

    assertThat(read(later).retentionClass()).isNull();
  }

  private static boolean isOurs(String json, StatementKey key) throws IOException {
    return ManifestSignature.isOurs(read(json), key);
  }

  private static Manifest read(String json) throws IOException {
    return ManifestJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(String resource) throws IOException {
    try (InputStream stream = ManifestTest.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
