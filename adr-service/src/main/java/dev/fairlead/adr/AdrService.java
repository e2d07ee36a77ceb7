package dev.fairlead.adr;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Keeps the decisions, and tells the others which of them stand. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class AdrService {

  public static void main(String[] arguments) {
    SpringApplication.run(AdrService.class, arguments);
  }
}
