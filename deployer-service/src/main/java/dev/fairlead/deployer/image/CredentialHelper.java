package dev.fairlead.deployer.image;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program {@code docker-credential-<name>} that keeps logins: it is told the registry and tells
 * the login as JSON (protocol of docker/docker-credential-helpers).
 *
 * @param path folders with programs, as in the variable {@code PATH}
 */
record CredentialHelper(String name, String path) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Said, with exit code 1, of a registry that it keeps no login to. */
  private static final String NONE = "credentials not found";

  /** In place of a name of a user, where the secret is an identity token. */
  private static final String TOKEN = "<token>";

  private static final JsonMapper JSON = new JsonMapper();

  CredentialHelper {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new LoginUnusable(
          "the credential helper '%s' has no name that a program may have".formatted(name),
          "correct credsStore and credHelpers of config.json");
    }
  }

  /**
   * @throws LoginUnusable if the program is missing, or does not do what it should
   */
  Optional<AuthConfig> find(String registry) {
    Answer answer = ask(registry);
    if (answer.code() == 0) {
      return Optional.of(login(answer.text(), registry));
    }
    if (answer.text().contains(NONE)) {
      return Optional.empty();
    }
    throw broken(registry, "ended with exit code " + answer.code());
  }

  private record Answer(int code, String text) {}

  private Answer ask(String registry) {
    Process process = started();
    try {
      CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> all(process));
      tell(process, registry);
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw broken(registry, "has not answered within %s".formatted(PATIENCE));
      }
      return new Answer(
          process.exitValue(),
          new String(output.orTimeout(1, TimeUnit.SECONDS).join(), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken(registry, "was not waited for");
    } finally {
      process.destroyForcibly();
    }
  }

  private static void tell(Process process, String registry) {
    try (OutputStream input = process.getOutputStream()) {
      input.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException endedAlready) {
      // what it has to say about that is read next
    }
  }

  private Process started() {
    try {
      return new ProcessBuilder(executable().toString(), "get")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw missing();
    }
  }

  private Path executable() {
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program()))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(this::missing);
  }

  private LoginUnusable missing() {
    return new LoginUnusable(
        "config.json names the credential helper %s, which is not on the deployer's PATH"
            .formatted(program()),
        "install it, or take credsStore and credHelpers out and log in again");
  }

  private static byte[] all(Process process) {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException hungUp) {
      return new byte[0];
    }
  }

  private AuthConfig login(String told, String registry) {
    try {
      JsonNode login = JSON.readTree(told);
      String user = login.path("Username").asString("");
      String secret = login.path("Secret").asString("");
      AuthConfig found = new AuthConfig().withRegistryAddress(registry);
      return user.equals(TOKEN)
          ? found.withIdentityToken(secret)
          : found.withUsername(user).withPassword(secret);
    } catch (JacksonException e) {
      throw broken(registry, "answered something that is no login"); // and may be half of one
    }
  }

  private LoginUnusable broken(String registry, String how) {
    return new LoginUnusable(
        "the credential helper %s %s when asked for %s".formatted(program(), how, registry),
        "run 'echo %s | %s get' as %s"
            .formatted(registry, program(), System.getProperty("user.name")));
  }

  private String program() {
    return "docker-credential-" + name;
  }
}
