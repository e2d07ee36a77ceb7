package dev.fairlead.service.secret;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

@AutoConfiguration
class SecretAutoConfiguration {

  @Bean
  Secrets secrets() {
    return Secrets.ofThisProcess();
  }
}
