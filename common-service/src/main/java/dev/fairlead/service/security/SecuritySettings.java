package dev.fairlead.service.security;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param tokensFile YAML with the hashes of the API tokens; without it every request is denied
 * @param trustedProxies addresses and networks of reverse proxies, which are believed for whom they
 *     forward a request; nobody is unless he is named here
 */
@ConfigurationProperties("fairlead.security")
record SecuritySettings(@Nullable Path tokensFile, @DefaultValue List<String> trustedProxies) {

  SecuritySettings {
    try {
      trustedProxies = Network.all(trustedProxies).stream().map(Network::toString).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("fairlead.security.trusted-proxies: " + e.getMessage(), e);
    }
  }
}
