package dev.fairlead.alert;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Turns what goes wrong into messages that arrive. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class AlertService {

  public static void main(String[] arguments) {
    SpringApplication.run(AlertService.class, arguments);
  }
}
