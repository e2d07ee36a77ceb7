package dev.fairlead.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The manifest of the example application, changed for a journey. */
record ExampleManifest(String text) {

  static ExampleManifest of(FairleadCommand fairlead) throws IOException {
    return new ExampleManifest(Files.readString(fairlead.manifest()));
  }

  /** Without the canary of the demo, for which there has to be more traffic. */
  ExampleManifest rolling() {
    return with("canary: {steps: [{weight: 25%, bake: 5s}]}", "rolling: {batch: 1}");
  }

  /** What is to be replaced must be there. */
  ExampleManifest with(String former, String latter) {
    if (!text.contains(former)) {
      throw new AssertionError("the example's manifest has no '%s':%n%s".formatted(former, text));
    }
    return new ExampleManifest(text.replace(former, latter));
  }

  Path in(Path folder) throws IOException {
    return Files.writeString(folder.resolve("fairlead.yaml"), text);
  }
}
