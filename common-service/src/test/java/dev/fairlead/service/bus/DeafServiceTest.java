package dev.fairlead.service.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Shared;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

@DisplayName("A service without handlers")
class DeafServiceTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Deaf {}

  @Test
  @DisplayName("starts, and listens to nothing")
  void starts() {
    Shared.Database database = Shared.freshDatabase("deaf");
    try (ConfigurableApplicationContext deaf =
        new SpringApplicationBuilder(Deaf.class)
            .run(
                "--spring.application.name=deaf",
                "--FAIRLEAD_KAFKA=" + Shared.kafka().bootstrapServers(),
                "--FAIRLEAD_DB_URL=" + database.jdbcUrl(),
                "--FAIRLEAD_DB_USER=" + database.user(),
                "--FAIRLEAD_DB_PASSWORD=" + database.password())) {
      assertThat(deaf.getBean(BindingsLifecycleController.class).queryStates()).isEmpty();
    }
  }
}
