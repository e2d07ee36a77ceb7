package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log of an instance")
class InstanceLogControllerTest {

  @Test
  @DisplayName("is shown without secrets, also where one lies across the place it is cut at")
  void masked(@TempDir Path folder) throws Exception {
    String secret = "opensesame-8d1f02";
    Path file = Files.writeString(folder.resolve("secret"), secret);
    Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file));
    String padding = "x".repeat((256 << 10) - 9);

    assertThat(InstanceLogController.text(List.of("password " + secret)))
        .isEqualTo("password ****\n");
    assertThat(InstanceLogController.text(List.of(secret + padding)))
        .doesNotContain("8d1f02", "sesame")
        .contains("x");
    assertThat(InstanceLogController.text(List.of())).isEmpty();
  }
}
