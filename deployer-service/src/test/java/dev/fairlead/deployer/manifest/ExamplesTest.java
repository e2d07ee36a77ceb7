package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The manifest of the quick start")
class ExamplesTest {

  private static final Path HELLO = Path.of("../deploy/examples/hello/fairlead.yaml");

  @Test
  @DisplayName("is one, also with the database that its comment has")
  void hello() throws IOException {
    String yaml = Files.readString(HELLO);

    HostValues host =
        new HostValues(
            Map.of("FAIRLEAD_HOME", "/srv/fairlead"),
            List.of("FAIRLEAD_HOME"),
            List.of(),
            List.of());
    Manifest first = Manifest.read(yaml, host);
    Manifest later = Manifest.read(yaml.replaceAll("(?m)^# (?=databases:| )", ""), host);

    assertThat(first.environments()).hasSize(2).allMatch(spec -> spec.databases().isEmpty());
    assertThat(later.environments()).hasSize(2).allMatch(spec -> spec.databases().size() == 1);
  }

  @Test
  @DisplayName("is the one that docs/quick-start.md shows")
  void shown() throws IOException {
    String page = Files.readString(Path.of("../docs/quick-start.md"));

    String shown = page.split("```yaml\n", 2)[1].split("```", 2)[0];

    assertThat(Files.readAllLines(HELLO)).containsAll(shown.lines().toList());
  }
}
