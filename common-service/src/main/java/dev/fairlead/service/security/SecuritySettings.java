package dev.fairlead.service.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param tokensFile YAML with the hashes of the API tokens; without it every request is denied
 */
@ConfigurationProperties("fairlead.security")
record SecuritySettings(@Nullable Path tokensFile) {}
