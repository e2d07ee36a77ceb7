package dev.fairlead.deployer.image;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The logins that {@code docker login} has kept for a user: in {@code config.json} itself, or with
 * a program that it names ({@code credHelpers}, {@code credsStore};
 * docker/docker-credential-helpers). Read anew each time, so that nobody has to start the deployer
 * again after a login.
 *
 * @param folder with {@code config.json}; that there is none is as good as no login
 * @param path folders with programs, as in the variable {@code PATH}
 * @param patience with such a program; with all of them together for a build
 */
record RegistryLogins(Path folder, String path, Duration patience) {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryLogins.class);

  /** The name under which the login to Docker Hub is kept (docker/cli, registry.IndexServer). */
  private static final String HUB = "https://index.docker.io/v1/";

  private static final Set<String> HUB_HOSTS = Set.of("docker.io", "index.docker.io");
  private static final JsonMapper JSON = new JsonMapper();

  /** As the {@code docker} command finds it. */
  static RegistryLogins ofThisUser() {
    return new RegistryLogins(
        Optional.ofNullable(System.getenv("DOCKER_CONFIG"))
            .filter(folder -> !folder.isBlank())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".docker")),
        Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin"),
        CredentialStore.PATIENCE);
  }

  Path file() {
    return folder.resolve("config.json");
  }

  /**
   * @param registry as images name it, such as {@code registry.example.org:5000}
   * @throws LoginUnusable if the file, or the program that it names, does not work
   */
  Optional<AuthConfig> find(String registry) {
    return find(read(), HUB_HOSTS.contains(registry) ? HUB : registry);
  }

  /**
   * Every login that can be had, for builds, of which nobody knows what they are {@code FROM}. One
   * that cannot be had is told in the log: whoever needs it finds it there.
   *
   * @throws LoginUnusable if the file cannot be read
   */
  AuthConfigurations all() {
    JsonNode config = read();
    Set<String> registries = new TreeSet<>();
    registries.addAll(config.path("auths").propertyNames());
    registries.addAll(config.path("credHelpers").propertyNames());
    AuthConfigurations all = new AuthConfigurations();
    List<CompletableFuture<Optional<AuthConfig>>> asked =
        registries.stream().map(registry -> asked(config, registry)).toList();
    asked.forEach(login -> login.join().ifPresent(all::addConfig));
    return all;
  }

  /** Side by side: each program has its patience, and none adds to that of another. */
  private CompletableFuture<Optional<AuthConfig>> asked(JsonNode config, String registry) {
    return CompletableFuture.supplyAsync(
        () -> unlessUnusable(config, registry), Thread::startVirtualThread);
  }

  private Optional<AuthConfig> unlessUnusable(JsonNode config, String registry) {
    try {
      return find(config, registry);
    } catch (LoginUnusable e) {
      LOG.warn(
          "registry={} login=none reason=\"{}\" next=\"{}; a build goes on without it\"",
          registry,
          e.getMessage(),
          e.advice());
      return Optional.empty();
    }
  }

  private Optional<AuthConfig> find(JsonNode config, String registry) {
    String helper =
        config.path("credHelpers").path(registry).asString(config.path("credsStore").asString(""));
    return helper.isEmpty()
        ? kept(config.path("auths"), registry)
        : new CredentialStore(helper, path, patience).find(registry);
  }

  /** Under its name, or under an address of it, as early versions wrote. */
  private Optional<AuthConfig> kept(JsonNode auths, String registry) {
    return auths
        .propertyStream()
        .filter(entry -> entry.getKey().equals(registry) || host(entry.getKey()).equals(registry))
        .sorted(Comparator.comparing(entry -> !entry.getKey().equals(registry)))
        .findFirst()
        .flatMap(entry -> login(entry.getValue(), registry));
  }

  private static String host(String address) {
    return address.replaceFirst("^https?://", "").replaceFirst("/.*", "");
  }

  private Optional<AuthConfig> login(JsonNode entry, String registry) {
    AuthConfig login =
        new AuthConfig()
            .withRegistryAddress(registry)
            .withUsername(text(entry, "username"))
            .withPassword(text(entry, "password"))
            .withIdentityToken(text(entry, "identitytoken"))
            .withRegistrytoken(text(entry, "registrytoken"));
    String both = entry.path("auth").asString("");
    if (!both.isEmpty()) {
      String[] parts = decoded(both, registry).split(":", 2);
      login.withUsername(parts[0]).withPassword(parts.length == 2 ? parts[1] : "");
    }
    boolean usable =
        login.getUsername() != null
            || login.getIdentitytoken() != null
            || login.getRegistrytoken() != null;
    return usable ? Optional.of(login) : Optional.empty();
  }

  private static @Nullable String text(JsonNode entry, String field) {
    String value = entry.path(field).asString("");
    return value.isEmpty() ? null : value;
  }

  /** What is not Base64 is not told: it may be the password. */
  private String decoded(String text, String registry) {
    try {
      return new String(Base64.getDecoder().decode(text.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new LoginUnusable(
          "the login to %s in %s is not Base64".formatted(registry, file()),
          "run 'docker login %s' again".formatted(registry));
    }
  }

  private JsonNode read() {
    try {
      return Files.exists(file())
          ? JSON.readTree(Files.readString(file()))
          : JSON.createObjectNode();
    } catch (JacksonException e) {
      throw new LoginUnusable(
          "%s is no JSON at %s".formatted(file(), at(e)), "correct it, or log in again");
    } catch (IOException e) {
      throw new LoginUnusable(
          "%s cannot be read: %s".formatted(file(), e.getClass().getSimpleName()),
          "let %s read it".formatted(System.getProperty("user.name")));
    }
  }

  /** Without the words of the file. */
  private static String at(JacksonException e) {
    return Optional.ofNullable(e.getLocation())
        .map(place -> "line %d, column %d".formatted(place.getLineNr(), place.getColumnNr()))
        .orElse("its begin");
  }
}
