package dev.fairlead.deployer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the deployer. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DeployerService {

  public static void main(String[] arguments) {
    SpringApplication.run(DeployerService.class, arguments);
  }
}
