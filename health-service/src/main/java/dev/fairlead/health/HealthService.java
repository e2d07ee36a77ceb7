package dev.fairlead.health;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Probes what is deployed, and tells the others what it found. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class HealthService {

  public static void main(String[] arguments) {
    SpringApplication.run(HealthService.class, arguments);
  }
}
