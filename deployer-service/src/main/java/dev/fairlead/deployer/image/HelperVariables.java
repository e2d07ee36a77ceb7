package dev.fairlead.deployer.image;

import dev.fairlead.deployer.trial.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a credential helper gets of the deployer's environment, in which there are passwords that
 * are none of its business.
 *
 * @param patterns names, or their begin and {@code *}, besides those that every command gets and
 *     {@code DOCKER_CONFIG}
 */
record HelperVariables(List<String> patterns) {

  /** Of the deployer, with patterns between commas, instead of {@link #USUAL}. */
  static final String SETTING = "FAIRLEAD_CREDENTIAL_VARIABLES";

  /** Of the helpers for the registries of clouds, for pass, and for the keyring of a desktop. */
  private static final String USUAL =
      "AWS_*,GOOGLE_*,CLOUDSDK_*,AZURE_*,PASSWORD_STORE_*,GNUPGHOME,XDG_RUNTIME_DIR,"
          + "DBUS_SESSION_BUS_ADDRESS,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy,"
          + "SSL_CERT_FILE,SSL_CERT_DIR";

  private static final Set<String> OF_DOCKER = Set.of("DOCKER_CONFIG");

  static HelperVariables of(Map<String, String> environment) {
    return new HelperVariables(
        Stream.of(environment.getOrDefault(SETTING, USUAL).split(","))
            .map(String::strip)
            .filter(pattern -> !pattern.isEmpty())
            .toList());
  }

  Map<String, String> from(Map<String, String> environment) {
    Map<String, String> passed = new HashMap<>(environment);
    passed.keySet().removeIf(name -> !passes(name));
    return passed;
  }

  private boolean passes(String name) {
    return Command.PASSED_ON.contains(name)
        || OF_DOCKER.contains(name)
        || patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
