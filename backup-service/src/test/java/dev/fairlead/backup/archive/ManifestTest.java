package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A manifest")
class ManifestTest {

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
