package dev.fairlead.console;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The window on the suite: event streams and overviews for dashboards and people. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class ConsoleService {

  public static void main(String[] args) {
    SpringApplication.run(ConsoleService.class, args);
  }
}
