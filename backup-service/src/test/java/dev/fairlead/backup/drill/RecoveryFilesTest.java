package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

@DisplayName("Files that a recovery drill unpacks")
class RecoveryFilesTest {

  private static final long PETABYTE = 1L << 50;

  @TempDir Path folder;

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(strings = {"\"bytes\" : 4", "\"files\" : 1"})
  @DisplayName("need room for all of them before the first is written")
  void room(String small) throws IOException {
    for (long much : List.of(PETABYTE, Long.MAX_VALUE)) {
      Manifest manifest = manifest(small, small.replaceAll("\\d", Long.toString(much)));

      BackupFailure failure = failure(manifest);

      assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_FULL);
      assertThat(failure.sentence()).contains("a drill needs", "fairlead.backup.drill.folder");
      assertThat(drills()).as("nothing is left").isEmptyDirectory();
    }
  }

  @Test
  @DisplayName("are looked for where there is room")
  void enough() throws IOException {
    BackupFailure failure = failure(manifest("\"bytes\" : 4", "\"bytes\" : 4"));

    assertThat(failure.reason()).isNotEqualTo(BackupFailureReason.STORE_FULL);
    assertThat(failure.detail()).contains("attempt-1.files.jsonl.zst.age");
  }

  private BackupFailure failure(Manifest manifest) throws IOException {
    RecoveryFiles files =
        new RecoveryFiles(
            new AgeKeys(List.of(), null, folder.resolve("age-identity.txt")), settings());
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    return catchThrowableOfType(BackupFailure.class, () -> files.prove(store, manifest));
  }

  private Path drills() {
    return folder.resolve("drills");
  }

  private BackupSettings settings() throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "folder", Map.of("fairlead.backup.drill.folder", drills().toString())));
    new YamlPropertySourceLoader()
        .load("settings", new ClassPathResource("application.yaml"))
        .forEach(environment.getPropertySources()::addLast);
    return Binder.get(environment).bind("fairlead.backup", BackupSettings.class).get();
  }

  private static Manifest manifest(String small, String large) throws IOException {
    try (InputStream stream = Manifest.class.getResourceAsStream("manifest-before-classes.json")) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text).contains(small);
      return ManifestJson.read(
          new ByteArrayInputStream(text.replace(small, large).getBytes(StandardCharsets.UTF_8)));
    }
  }
}
