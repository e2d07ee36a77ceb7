package dev.fairlead.deployer.image;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program {@code docker-credential-<name>} that keeps logins: it is told the registry and tells
 * the login as JSON (protocol of docker/docker-credential-helpers).
 *
 * @param path folders with programs, as in the variable {@code PATH}
 * @param patience until it has answered and hung up
 */
record CredentialStore(String name, String path, Duration patience) {

  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** In bytes: tokens take a few thousand. */
  private static final int LONGEST_ANSWER = 1 << 16;

  /** Said, with exit code 1, of a registry that it keeps no login to. */
  private static final String NONE = "credentials not found";

  /** In place of a name of a user, where the secret is an identity token. */
  private static final String TOKEN = "<token>";

  private static final JsonMapper JSON = new JsonMapper();

  CredentialStore {
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
      return answer(process, registry).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw broken(registry, "has not answered and hung up within %s".formatted(patience));
    } catch (ExecutionException e) {
      throw broken(registry, "hung up");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken(registry, "was not waited for");
    } finally {
      end(process);
    }
  }

  /** On a thread of its own: whoever has the program's output open keeps that from ending. */
  private static CompletableFuture<Answer> answer(Process process, String registry) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("credential-helper")
        .start(
            () -> {
              try {
                tell(process, registry);
                byte[] told = process.getInputStream().readNBytes(LONGEST_ANSWER);
                answer.complete(
                    new Answer(process.waitFor(), new String(told, StandardCharsets.UTF_8)));
              } catch (IOException | InterruptedException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static void tell(Process process, String registry) {
    try (var input = process.getOutputStream()) {
      input.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException endedAlready) {
      // what it has to say about that is read next
    }
  }

  /**
   * With what it has started, as far as that can be seen: a child of one that ended is nobody's.
   */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private Process started() {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(executable().toString(), "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      Map<String, String> whole = builder.environment();
      Map<String, String> passed = HelperVariables.of(whole).from(whole);
      whole.clear();
      whole.putAll(passed);
      return builder.start();
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

  private AuthConfig login(String told, String registry) {
    try {
      JsonNode login = JSON.readTree(told);
      String user = login.path("Username").asString("");
      String secret = login.path("Secret").asString("");
      if (user.isBlank() || secret.isBlank()) {
        throw broken(
            registry, "answered without a %s".formatted(user.isBlank() ? "Username" : "Secret"));
      }
      AuthConfig found = new AuthConfig().withRegistryAddress(registry);
      return user.equals(TOKEN)
          ? found.withIdentityToken(secret)
          : found.withUsername(user).withPassword(secret);
    } catch (JacksonException e) {
      throw broken(registry, "answered something that is no login"); // and may be half of one
    }
  }

  /** The advice lets it tell its exit code and not the password. */
  private LoginUnusable broken(String registry, String how) {
    return new LoginUnusable(
        "the credential helper %s %s when asked for %s".formatted(program(), how, registry),
        "run 'echo %s | %s get > /dev/null; echo $?' as %s"
            .formatted(registry, program(), System.getProperty("user.name")));
  }

  private String program() {
    return "docker-credential-" + name;
  }
}
