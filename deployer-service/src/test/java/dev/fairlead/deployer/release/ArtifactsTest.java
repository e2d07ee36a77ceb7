package dev.fairlead.deployer.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.events.EnvironmentName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The artifact that a request names")
class ArtifactsTest {

  private static final String ARCHIVE = "artifact: {archive: '{version}.zip'}\ncommand: [a]\n";
  private static final String BUILD = "runtime: docker\nartifact: {build: {}}\n";

  @TempDir private Path folder;
  private Path manifests = Path.of("unset");

  /** The same outside of the manifest's folder and in it. */
  @BeforeEach
  void write() throws IOException {
    manifests = Files.createDirectory(folder.resolve("manifests"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    for (Path place : List.of(manifests, outside)) {
      zip(place.resolve("app.zip"));
      Files.writeString(Files.createDirectory(place.resolve("context")).resolve("Dockerfile"), "#");
    }
    Files.createSymbolicLink(manifests.resolve("out"), outside);
    Files.createDirectory(manifests.resolve("sub"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "../outside/app.zip",
        "FOLDER/outside/app.zip",
        "out/app.zip",
        "out/../outside/app.zip",
        "../outside/context",
        "FOLDER/outside/context",
        "out/context",
        "/",
        "..",
        "../absent",
        "out/../app.zip",
        "FOLDER/absent"
      })
  @DisplayName("is below the manifest's folder, or refused")
  void outside(String reference) {
    String named = reference.replace("FOLDER", folder.toString());
    for (String kind : List.of(ARCHIVE, BUILD)) {
      assertThatThrownBy(() -> artifacts().resolveAsked(spec(kind), named, manifests))
          .isInstanceOf(ArtifactUnusable.class)
          .hasMessageContaining("it leaves the folder of the manifest " + manifests);
    }
  }

  @Test
  @DisplayName("is found there, and what the manifest itself names may be anywhere")
  void inside() {
    Artifacts artifacts = artifacts();

    assertThat(artifacts.resolveAsked(spec(ARCHIVE), "app.zip", manifests))
        .isEqualTo(artifacts.resolveAsked(spec(ARCHIVE), "./app.zip", manifests))
        .isEqualTo(artifacts.resolveAsked(spec(ARCHIVE), manifests + "/app.zip", manifests))
        .isEqualTo(artifacts.resolve(spec(ARCHIVE), folder + "/outside/app.zip", manifests))
        .satisfies(
            kept ->
                assertThat(artifacts.resolveAsked(spec(ARCHIVE), kept.value(), manifests))
                    .isEqualTo(kept));
    assertThat(artifacts.resolveAsked(spec(BUILD), "context", manifests))
        .isEqualTo(artifacts.resolve(spec(BUILD), "out/context", manifests));
    assertThatThrownBy(() -> artifacts.resolveAsked(spec(ARCHIVE), "sub/none.zip", manifests))
        .hasMessageContaining("there is no such file");
  }

  private static EnvironmentSpec spec(String artifact) {
    String rest = "application: a\nroute: {host: a}\nenvironments: {staging: {}}\n";
    return Manifest.read(rest + artifact, Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  private Artifacts artifacts() {
    ImageStock images = new ImageStock(new Engines(List.of()));
    BuildContexts contexts = new BuildContexts(folder.resolve("contexts"));
    BuildLogs logs = new BuildLogs(folder.resolve("logs"));
    return new Artifacts(
        new Archives(folder.resolve("archives")),
        images,
        new Builds(images, contexts, logs, Clock.systemUTC()));
  }

  private static void zip(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry("run");
      entry.setTime(0);
      zip.putNextEntry(entry);
      zip.write('x');
      zip.closeEntry();
    }
  }
}
