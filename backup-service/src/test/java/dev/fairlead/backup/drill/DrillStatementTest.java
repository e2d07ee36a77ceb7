package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("What is signed after a drill")
class DrillStatementTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Proved PROVED =
      new Proved("disk", 2, 2, 1_003, Duration.ofSeconds(3), "15.18");

  private final StatementKey key = StatementKey.parse(StatementKey.generate());

  @Test
  @DisplayName("is of this manifest only: not of one with another owner, or with other files")
  void ofThisManifest() throws IOException {
    Manifest drilled = manifest(text());
    DrillStatement stated = read(key.sign(statement(drilled)));

    assertThat(stated.isOf(manifest(written(drilled)))).as("read again").isTrue();
    assertThat(stated.isOf(withAnotherOwner())).isFalse();
    assertThat(stated.isOf(withOtherFiles())).isFalse();
  }

  @Test
  @DisplayName("in an older version named no manifest, and is still of its backup")
  void older() throws IOException {
    Map<String, Object> fields =
        JSON.readValue(
            JSON.writeValueAsBytes(statement(manifest(text()))),
            new TypeReference<LinkedHashMap<String, Object>>() {});
    fields.remove("manifestSha256");

    DrillStatement stated = read(key.sign(fields));

    assertThat(stated.isOf(manifest(text()))).isTrue();
    assertThat(stated.isOf(manifest(text().replace("\"rows\" : 3", "\"rows\" : 4")))).isFalse();
  }

  @Test
  @DisplayName("is read again also when everything differed, in words of any script")
  void everythingDiffers(@TempDir Path folder) throws IOException {
    Manifest drilled = manifest(text());
    Instant now = Instant.parse("2026-11-29T12:00:00Z");
    String signed = key.sign(DrillDisproof.of(drilled, "disk", "表".repeat(500_000), now));
    Store store = new DiskStore("disk", folder);
    BackupKeys keys = new BackupKeys(drilled.database(), drilled.backup());

    store.createOnce(keys.disproof(now), signed.getBytes(StandardCharsets.US_ASCII));

    assertThat(new StoredBackups(store).disproofs(keys)).containsExactly(signed);
  }

  private static DrillStatement statement(Manifest manifest) {
    return DrillStatement.of(manifest, PROVED, Instant.parse("2026-11-29T12:00:00Z"));
  }

  private DrillStatement read(String signed) {
    return key.publicHalf().verified(signed, DrillStatement.class).orElseThrow();
  }

  private static Manifest withAnotherOwner() throws IOException {
    String changed = text().replaceFirst("\"owner\" : \"[^\"]+\"", "\"owner\" : \"mallory\"");
    assertThat(changed).contains("mallory");
    return manifest(changed);
  }

  private static Manifest withOtherFiles() throws IOException {
    String changed = text().replace("\"sha256\" : \"cdcd", "\"sha256\" : \"00cd");
    assertThat(changed).contains("\"00cd");
    return manifest(changed);
  }

  private static String written(Manifest manifest) {
    return new String(ManifestJson.write(manifest), StandardCharsets.UTF_8);
  }

  private static Manifest manifest(String json) throws IOException {
    return ManifestJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text() throws IOException {
    try (InputStream stream = Manifest.class.getResourceAsStream("manifest-before-classes.json")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
