package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupSettings.Disk;
import dev.fairlead.backup.BackupSettings.S3;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

@DisplayName("Without further settings")
class BackupSettingsTest {

  private static final Map<String, Object> BUCKET =
      Map.of(
          "fairlead.backup.s3.endpoint", "http://localhost:7190",
          "fairlead.backup.s3.bucket", "backups",
          "fairlead.backup.s3.access-key", "key",
          "fairlead.backup.s3.secret-key", "secret:file:/run/secrets/s3");

  @Test
  @DisplayName("seven daily backups stay on disk")
  void disk() throws IOException {
    BackupSettings settings = settings(Map.of());
    Disk disk = Objects.requireNonNull(settings.disk());

    assertThat(disk.keepLast()).isEqualTo(7);
    assertThat(disk.keepDaily()).isEqualTo(7);
    assertThat(disk.keepDays()).isNull();
    assertThat(settings.s3()).as("no bucket").isNull();
  }

  @Test
  @DisplayName("those of thirty days stay in a bucket, and a silent server is given up")
  void bucket() throws IOException {
    S3 s3 = Objects.requireNonNull(settings(BUCKET).s3());

    assertThat(s3.keepDays()).isEqualTo(30);
    assertThat(s3.keepLast()).isNull();
    assertThat(s3.answerWithin()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  @DisplayName("the days in a bucket are whatever else is said of it")
  void bucketWithRules() throws IOException {
    Map<String, Object> more = new TreeMap<>(BUCKET);
    more.put("fairlead.backup.s3.keep-days", "90");
    more.put("fairlead.backup.s3.keep-monthly", "12");

    S3 s3 = Objects.requireNonNull(settings(more).s3());

    assertThat(s3.keepDays()).isEqualTo(90);
    assertThat(s3.keepMonthly()).isEqualTo(12);
  }

  @Test
  @DisplayName("the disk keeps everything once its rules are left empty")
  void diskWithoutRules() throws IOException {
    Disk disk =
        Objects.requireNonNull(
            settings(
                    Map.of(
                        "fairlead.backup.disk.keep-last", "",
                        "fairlead.backup.disk.keep-releases", "",
                        "fairlead.backup.disk.keep-daily", ""))
                .disk());

    assertThat(disk.keepLast()).isNull();
    assertThat(disk.keepReleases()).isNull();
    assertThat(disk.keepDaily()).isNull();
  }

  private static BackupSettings settings(Map<String, Object> more) throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("more", more));
    new YamlPropertySourceLoader()
        .load("settings", new ClassPathResource("application.yaml"))
        .forEach(environment.getPropertySources()::addLast);
    return Binder.get(environment).bind("fairlead.backup", BackupSettings.class).get();
  }
}
