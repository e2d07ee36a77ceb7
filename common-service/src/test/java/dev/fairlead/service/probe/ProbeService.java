package dev.fairlead.service.probe;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class ProbeService {

  public static void main(String[] arguments) {
    SpringApplication.run(ProbeService.class, arguments);
  }
}
